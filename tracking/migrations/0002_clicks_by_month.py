"""Clicks, partitioned by month. The app's role makes and drops months through two functions of the
owner; the months lie in a schema of their own, where nobody is granted anything, since policies
hold through the parent only."""

import django.db.models.deletion
import prm.ids
from django.db import migrations, models

CLICKS = """
CREATE TABLE tracking_click (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    seller_id uuid NOT NULL,
    link_id uuid NOT NULL,
    destination varchar(2000) NOT NULL,
    address varchar(64) NOT NULL,
    visitor varchar(22) NOT NULL,
    agent varchar(400) NOT NULL,
    device varchar(7) NOT NULL,
    country varchar(2) NOT NULL,
    referrer varchar(500) NOT NULL,
    bot_reason varchar(40) NOT NULL,
    sub1 varchar(100) NOT NULL,
    sub2 varchar(100) NOT NULL,
    sub3 varchar(100) NOT NULL,
    sub4 varchar(100) NOT NULL,
    sub5 varchar(100) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX click_link ON tracking_click (seller_id, link_id, at);
CREATE INDEX click_flood ON tracking_click (seller_id, at)
    WHERE bot_reason = 'too many from one address';
CREATE SCHEMA clicks_by_month;

-- The month that holds `moment` (UTC); true when it was made now.
CREATE FUNCTION make_click_month(moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    starts timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    name text := 'm' || to_char(starts, 'YYYY_MM');
BEGIN
    IF to_regclass('clicks_by_month.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('clicks_by_month'));
    IF to_regclass('clicks_by_month.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE clicks_by_month.%I PARTITION OF public.tracking_click '
        'FOR VALUES FROM (%L) TO (%L)',
        name, starts AT TIME ZONE 'UTC', (starts + interval '1 month') AT TIME ZONE 'UTC');
    RETURN true;
END $$;

-- Drops the months that ended before `moment`; their names.
CREATE FUNCTION drop_click_months(moment timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    FOR found IN
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'clicks_by_month' AND c.relkind = 'r'
          AND to_date(c.relname, '"m"YYYY_MM') + interval '1 month'
              <= moment AT TIME ZONE 'UTC'
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE clicks_by_month.%I', found);
        RETURN NEXT found;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION make_click_month, drop_click_months FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_click_month, drop_click_months TO prm_app, prm_maintenance;
SELECT make_click_month(now() + n * interval '1 month') FROM generate_series(-12, 3) n;
"""
UNDO = """
DROP FUNCTION make_click_month, drop_click_months;
DROP TABLE tracking_click;
DROP SCHEMA clicks_by_month;
"""


class Migration(migrations.Migration):

    dependencies = [("tracking", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CLICKS, UNDO)],
            state_operations=[
        migrations.CreateModel(
                    name='Click',
                    fields=[
                        ('pk', models.CompositePrimaryKey('id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('id', models.UUIDField(default=prm.ids.new_id, editable=False)),
                        ('at', models.DateTimeField()),
                        ('link_id', models.UUIDField()),
                        ('destination', models.CharField(blank=True, max_length=2000)),
                        ('address', models.CharField(blank=True, max_length=64)),
                        ('visitor', models.CharField(blank=True, max_length=22)),
                        ('agent', models.CharField(blank=True, max_length=400)),
                        ('device', models.CharField(blank=True, choices=[('desktop', 'Computer'), ('mobile', 'Phone'), ('tablet', 'Tablet'), ('other', 'Something else')], max_length=7)),
                        ('country', models.CharField(blank=True, max_length=2)),
                        ('referrer', models.CharField(blank=True, max_length=500)),
                        ('bot_reason', models.CharField(blank=True, max_length=40)),
                        ('sub1', models.CharField(blank=True, max_length=100)),
                        ('sub2', models.CharField(blank=True, max_length=100)),
                        ('sub3', models.CharField(blank=True, max_length=100)),
                        ('sub4', models.CharField(blank=True, max_length=100)),
                        ('sub5', models.CharField(blank=True, max_length=100)),
                        ('seller', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['seller', 'link_id', 'at'], name='click_link'), models.Index(condition=models.Q(('bot_reason', 'too many from one address')), fields=['seller', 'at'], name='click_flood')],
                    },
                ),
            ],
        ),
    ]
