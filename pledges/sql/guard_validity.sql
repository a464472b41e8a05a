-- A period in force begins when all have signed; later it is cut short, or prolonged by a decision.
-- It goes on again when what cut it short was annulled before it began.
CREATE OR REPLACE FUNCTION guard_validity() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    pledge record;
    last_day date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Ett löftes giltighetstid kan inte tas bort.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT valid_from, valid_to, until_replaced INTO pledge
        FROM pledges_pledge WHERE id = NEW.pledge_id FOR UPDATE;
    SELECT greatest(pledge.valid_to, max(valid_to)) INTO last_day
        FROM pledges_prolongation WHERE pledge_id = NEW.pledge_id;
    IF TG_OP = 'INSERT' THEN
        IF NOT all_have_signed(NEW.pledge_id) THEN
            RAISE EXCEPTION 'Löftet träder i kraft först när alla har undertecknat.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM pledges_pledgeparty
            WHERE pledge_id = NEW.pledge_id AND municipality_id = NEW.municipality_id) THEN
            RAISE EXCEPTION 'Kommunen är inte part i löftet.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF (NEW.part_id IS NULL AND EXISTS (
                SELECT 1 FROM pledges_pledgepart p
                JOIN pledges_municipalitypart m ON m.id = p.part_id
                WHERE p.pledge_id = NEW.pledge_id AND m.municipality_id = NEW.municipality_id))
            OR (NEW.part_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM pledges_pledgepart p
                JOIN pledges_municipalitypart m ON m.id = p.part_id
                WHERE p.pledge_id = NEW.pledge_id AND m.id = NEW.part_id
                    AND m.municipality_id = NEW.municipality_id)) THEN
            RAISE EXCEPTION 'Löftet gäller inte för den delen av kommunen.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF isempty(NEW.during) OR lower(NEW.during) IS DISTINCT FROM pledge.valid_from
            OR (NOT pledge.until_replaced AND
                (upper_inf(NEW.during) OR upper(NEW.during) > last_day + 1)) THEN
            RAISE EXCEPTION 'Giltighetstiden stämmer inte med löftets egna datum.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- What was to take over never did: to its own end, its own annulment or the next that begins.
    IF to_jsonb(NEW) - '{during,is_revised}'::text[] = to_jsonb(OLD) - '{during,is_revised}'::text[]
        AND NOT NEW.is_revised AND NOT isempty(OLD.during) AND NOT isempty(NEW.during)
        AND lower(NEW.during) = lower(OLD.during)
        AND EXISTS (
            SELECT 1 FROM pledges_validityperiod after
            JOIN pledges_pledge other ON other.id = after.pledge_id
            JOIN pledges_annulment annulled ON annulled.pledge_id = other.id
            WHERE after.municipality_id = NEW.municipality_id
                AND after.part_id IS NOT DISTINCT FROM NEW.part_id
                AND isempty(after.during) AND other.valid_from = upper(OLD.during))
        AND upper(NEW.during) IS NOT DISTINCT FROM least(
            CASE WHEN NOT pledge.until_replaced THEN last_day + 1 END,
            (SELECT from_day FROM pledges_annulment WHERE pledge_id = NEW.pledge_id),
            (SELECT min(lower(during)) FROM pledges_validityperiod
             WHERE municipality_id = NEW.municipality_id AND id <> NEW.id
                AND part_id IS NOT DISTINCT FROM NEW.part_id
                AND lower(during) >= upper(OLD.during))) THEN
        RETURN NEW;
    END IF;
    IF NEW.is_revised IS DISTINCT FROM OLD.is_revised AND NOT EXISTS (
        SELECT 1 FROM pledges_validityperiod after
        JOIN pledges_pledge revision ON revision.id = after.pledge_id
        WHERE revision.revises_id = NEW.pledge_id AND lower(after.during) = upper(NEW.during)) THEN
        RAISE EXCEPTION 'Ett löfte är reviderat bara när ett annat ger dess text på nytt.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Prolonged: from the end that it had by its text or an earlier decision, at most to the new one.
    IF to_jsonb(NEW) - 'during' = to_jsonb(OLD) - 'during'
        AND NOT pledge.until_replaced AND NOT isempty(OLD.during)
        AND lower(NEW.during) = lower(OLD.during)
        AND upper(NEW.during) > upper(OLD.during) AND upper(NEW.during) <= last_day + 1
        AND NOT EXISTS (SELECT 1 FROM pledges_annulment WHERE pledge_id = NEW.pledge_id)
        AND (upper(OLD.during) = pledge.valid_to + 1 OR EXISTS (
            SELECT 1 FROM pledges_prolongation
            WHERE pledge_id = NEW.pledge_id AND valid_to + 1 = upper(OLD.during))) THEN
        RETURN NEW;
    END IF;
    IF NEW.pledge_id <> OLD.pledge_id OR NEW.municipality_id <> OLD.municipality_id
        OR NEW.part_id IS DISTINCT FROM OLD.part_id
        OR NOT NEW.during <@ OLD.during
        OR (NOT isempty(NEW.during) AND lower(NEW.during) <> lower(OLD.during)) THEN
        RAISE EXCEPTION 'Ett löftes giltighetstid kan bara förkortas.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.during = OLD.during OR EXISTS (
            SELECT 1 FROM pledges_annulment WHERE pledge_id = NEW.pledge_id AND (
                from_day = upper(NEW.during)
                OR (isempty(NEW.during) AND from_day <= lower(OLD.during))))
        OR EXISTS (
            SELECT 1 FROM pledges_validityperiod
            WHERE municipality_id = NEW.municipality_id AND id <> NEW.id
                AND part_id IS NOT DISTINCT FROM NEW.part_id
                AND lower(during) = upper(NEW.during)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Giltighetstiden förkortas bara av ett nytt löfte eller ett upphävande.'
        USING ERRCODE = 'restrict_violation';
END $$;
