-- Makes the tables that the rows of a file of statistics are staged in until the transaction ends
-- (see pledges.statistics.staging). A second import within one transaction gets new ones.
--
-- The serving role may make no table, so that it can't put one of its own in the place of another.
-- The owner makes these for it, of these names and no others.
CREATE OR REPLACE FUNCTION stage_statistics() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.statistics_rows, pg_temp.statistics_rates,
        pg_temp.statistics_doubles, pg_temp.statistics_named, pg_temp.statistics_compared;
    CREATE TEMPORARY TABLE statistics_rows (
        indicator integer, area bigint, gender text COLLATE "C", period text COLLATE "C",
        begins date, value numeric, per_100_000 numeric, lower numeric, upper numeric, note text,
        line integer, heading integer, is_rate_only boolean) ON COMMIT DROP;
    CREATE TEMPORARY TABLE statistics_rates (LIKE pg_temp.statistics_rows) ON COMMIT DROP;
    CREATE TEMPORARY TABLE statistics_doubles (
        indicator integer, area bigint, gender text COLLATE "C", period text COLLATE "C",
        begins date) ON COMMIT DROP;
    CREATE TEMPORARY TABLE statistics_named (number integer, id bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE statistics_compared (
        LIKE pg_temp.statistics_rows, stored bigint, is_revised boolean, is_kept boolean,
        n bigint) ON COMMIT DROP;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pg_temp.statistics_rows, pg_temp.statistics_rates,
        pg_temp.statistics_doubles, pg_temp.statistics_named, pg_temp.statistics_compared
        TO pledge_portal_server;
END $$;
