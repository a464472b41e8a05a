-- What is public of a round of a survey is what its latest publication says, which is written once
-- (pledges_surveypublication). What the public has read is changed by a new publication alone, with
-- its reason as a dated correction where the round itself is told otherwise, and goes only when the
-- round is withdrawn.
--
-- A personal detail is taken from a note or a correction by the owner's own function (erase_detail).
CREATE OR REPLACE FUNCTION guard_published_survey() RETURNS trigger LANGUAGE plpgsql
SET search_path = :"schema", pg_temp
AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
    is_share boolean := TG_TABLE_NAME = 'pledges_publishedshare';
    told jsonb := COALESCE(becomes, was);
    told_reason text;
    figures jsonb;
    -- What a reader sees of a round beside its numbers.
    numbers text[] := ARRAY[
        'answered', 'response_rate', 'is_least', 'smallest_group', 'smallest_cell'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('pledge_portal.erasing', true) = 'yes'
        AND current_user = (
            SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    SELECT publication.reason, publication.published_figures INTO told_reason, figures
        FROM pledges_surveypublication publication
        WHERE publication.round_id = CASE WHEN is_share THEN (
                SELECT public.round_id FROM pledges_publishedround public
                WHERE public.uid = (told ->> 'round_id')::uuid)
            ELSE (told ->> 'round_id')::bigint END
        ORDER BY publication.number DESC LIMIT 1;
    figures := COALESCE(figures, '{}');
    IF is_share THEN
        IF TG_OP = 'UPDATE' OR (TG_OP = 'DELETE'
            AND figures -> 'shares' @> jsonb_build_array(
                jsonb_build_array(was -> 'measure', was -> 'group', was -> 'percent'))
            AND figures -> 'groups' -> (was ->> 'group') = was -> 'answered') THEN
            RAISE EXCEPTION 'En publicerad andel ändras bara av en ny publicering.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'INSERT' AND NOT COALESCE(
            figures -> 'shares' @> jsonb_build_array(
                jsonb_build_array(told -> 'measure', told -> 'group', told -> 'percent'))
            AND figures -> 'groups' -> (told ->> 'group') = told -> 'answered', false) THEN
            RAISE EXCEPTION 'En andel är offentlig som den senast publicerades.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF figures <> '{}' THEN
            RAISE EXCEPTION 'En publicerad omgång tas bort först när den dras tillbaka.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF figures = '{}'
        OR COALESCE(figures -> 'groups' -> 'all', 'null') IS DISTINCT FROM told -> 'answered' THEN
        RAISE EXCEPTION 'En omgång är offentlig som den senast publicerades.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND was - numbers <> becomes - numbers AND (
        was -> 'round_id' <> becomes -> 'round_id'
        OR was -> 'published_on' <> becomes -> 'published_on'
        OR becomes ->> 'corrected_on' IS NULL
        OR becomes ->> 'correction' = ''
        OR (becomes -> 'correction' = was -> 'correction'
            AND becomes -> 'corrected_on' = was -> 'corrected_on')
        OR becomes ->> 'correction' <> told_reason) THEN
        RAISE EXCEPTION 'En publicerad omgång ändras bara med en daterad rättelse.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
