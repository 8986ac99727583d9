import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0005_pins_sessions_second_factor"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="role",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="role",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="role",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="role",
            name="baseline",
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="role",
            name="copied_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="role",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="organization.role",
            ),
        ),
        migrations.AddField(
            model_name="roleevent",
            name="copied_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="roleevent",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="organization.role",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="role",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "organization_roleevent" ("archived_at", "code", "copied_at", "copied_from_id", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."archived_at", NEW."code", NEW."copied_at", NEW."copied_from_id", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="b78cb355c382fdebc89b5e680a449cef6676267d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d8786",
                    table="organization_role",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="role",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."copied_at" IS DISTINCT FROM (NEW."copied_at") OR OLD."copied_from_id" IS DISTINCT FROM (NEW."copied_from_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "organization_roleevent" ("archived_at", "code", "copied_at", "copied_from_id", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."archived_at", NEW."code", NEW."copied_at", NEW."copied_from_id", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="b66399537279040f84a6a77504926e9146b37688",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_42cdc",
                    table="organization_role",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="role",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "organization_roleevent" ("archived_at", "code", "copied_at", "copied_from_id", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."archived_at", OLD."code", OLD."copied_at", OLD."copied_from_id", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="968e9f8edc76faad505e3c08cebd35bdc29362cf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_eaa62",
                    table="organization_role",
                    when="AFTER",
                ),
            ),
        ),
    ]
