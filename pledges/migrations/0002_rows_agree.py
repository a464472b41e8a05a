"""Foreign keys over two columns, which Django cannot declare: a party's period is its pledge's own,
and a commitment's focus area belongs to the commitment's pledge."""

from django.db import migrations

PARTY_PERIOD = """
ALTER TABLE pledges_pledgeparty ADD CONSTRAINT party_period_is_the_pledges
    FOREIGN KEY (pledge_id, period) REFERENCES pledges_pledge (id, period)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

FOCUS_AREA_PLEDGE = """
ALTER TABLE pledges_commitment ADD CONSTRAINT focus_area_of_the_same_pledge
    FOREIGN KEY (focus_area_id, pledge_id) REFERENCES pledges_focusarea (id, pledge_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_initial")]
    operations = [
        migrations.RunSQL(
            PARTY_PERIOD,
            "ALTER TABLE pledges_pledgeparty DROP CONSTRAINT party_period_is_the_pledges",
        ),
        migrations.RunSQL(
            FOCUS_AREA_PLEDGE,
            "ALTER TABLE pledges_commitment DROP CONSTRAINT focus_area_of_the_same_pledge",
        ),
    ]
