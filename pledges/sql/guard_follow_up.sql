-- A follow-up is published once all parties have approved it, and then never changes.
--
-- Who approved is counted here as well: one approval of each municipality that gives the pledge and
-- one of each police area, all of the same content.
CREATE OR REPLACE FUNCTION guard_follow_up() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND is_masking(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.published_at IS NOT NULL THEN
            RAISE EXCEPTION 'En uppföljning publiceras först när parterna har godkänt den.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'En publicerad uppföljning ändras aldrig. Skriv en rättelse.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.pledge_id <> OLD.pledge_id OR NEW.uid <> OLD.uid THEN
        RAISE EXCEPTION 'En uppföljning hör till sitt löfte.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.published_at IS NOT NULL AND (
        EXISTS (
            SELECT 1 FROM pledges_pledgeparty y
            WHERE y.pledge_id = NEW.pledge_id AND y.gives AND NOT EXISTS (
                SELECT 1 FROM pledges_approval a
                WHERE a.follow_up_id = NEW.id AND a.municipality_id = y.municipality_id))
        OR NOT EXISTS (
            SELECT 1 FROM pledges_approval a JOIN pledges_pledge p ON p.id = NEW.pledge_id
            WHERE a.follow_up_id = NEW.id AND a.police_area_id = p.police_area_id)
        OR EXISTS (
            SELECT 1 FROM pledges_furtherpolicearea f
            WHERE f.pledge_id = NEW.pledge_id AND NOT EXISTS (
                SELECT 1 FROM pledges_approval a
                WHERE a.follow_up_id = NEW.id AND a.police_area_id = f.police_area_id))
        OR (SELECT count(DISTINCT digest) FROM pledges_approval
            WHERE follow_up_id = NEW.id) <> 1) THEN
        RAISE EXCEPTION 'En uppföljning publiceras först när parterna har godkänt den.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
