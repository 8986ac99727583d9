"""The mark of a sample clinic, and the function that empties one.

The application's role owns no table and cannot touch logs and ledgers. This function runs as the owner, does nothing in a
clinic without the mark, which that role cannot write, and takes the mark away with the rows.
"""

import django.utils.timezone
from django.db import migrations, models

EMPTY = """
CREATE FUNCTION clinic_empty_sample(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.clinic_sampleclinic FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this is no sample clinic' USING ERRCODE = 'ZB001';
  END IF;
  EXECUTE 'TRUNCATE ' || (SELECT string_agg(format('public.%I', t), ', ' ORDER BY t) FROM unnest(tables) t);
  DELETE FROM public.clinic_sampleclinic;
END $$;
REVOKE ALL ON FUNCTION clinic_empty_sample(text[]) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_system_act")]

    operations = [
        migrations.CreateModel(
            name="SampleClinic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AlterField(
            model_name="systemact",
            name="kind",
            field=models.CharField(
                choices=[("retry", "Retry"), ("backup", "Backup"), ("sample", "Sample")], max_length=10
            ),
        ),
        migrations.RunSQL(EMPTY, "DROP FUNCTION clinic_empty_sample(text[])"),
    ]
