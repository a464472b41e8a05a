-- Counts what is staged (see stage_statistics), so that it is compared and stored by a good plan.
-- Only who owns a table may have it counted.
CREATE OR REPLACE FUNCTION analyze_statistics() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = :"schema", pg_temp
AS $$
BEGIN
    CREATE INDEX IF NOT EXISTS statistics_compared_n ON pg_temp.statistics_compared (n);
    ANALYZE pg_temp.statistics_rows, pg_temp.statistics_compared;
END $$;
