import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_initial"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="workorder",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workorder",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="workorder",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="workorder",
            name="is_invoiced",
            field=models.BooleanField(
                default=False, help_text="Stored: its lines stand on an invoice that is not voided, see check_books"
            ),
        ),
        migrations.AddField(
            model_name="workorderevent",
            name="is_invoiced",
            field=models.BooleanField(
                default=False, help_text="Stored: its lines stand on an invoice that is not voided, see check_books"
            ),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(("is_invoiced", False), ("state", "closed"), ("total__gt", 0)),
                fields=["branch", "patient"],
                name="billing_order_waiting",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_workorderevent" ("appointment_id", "branch_id", "closed_at", "closed_by_id", "comment", "created_at", "created_by_id", "doctor_id", "id", "is_invoiced", "legal_entity_id", "no_services_reason", "number", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "served_on", "state", "total", "version", "year") VALUES (NEW."appointment_id", NEW."branch_id", NEW."closed_at", NEW."closed_by_id", NEW."comment", NEW."created_at", NEW."created_by_id", NEW."doctor_id", NEW."id", NEW."is_invoiced", NEW."legal_entity_id", NEW."no_services_reason", NEW."number", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."served_on", NEW."state", NEW."total", NEW."version", NEW."year"); RETURN NULL;',
                    hash="82fcfd65f9a21b7f128f8fe32eeaccadf3654d14",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_91dd9",
                    table="billing_workorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_workorderevent" ("appointment_id", "branch_id", "closed_at", "closed_by_id", "comment", "created_at", "created_by_id", "doctor_id", "id", "is_invoiced", "legal_entity_id", "no_services_reason", "number", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "served_on", "state", "total", "version", "year") VALUES (NEW."appointment_id", NEW."branch_id", NEW."closed_at", NEW."closed_by_id", NEW."comment", NEW."created_at", NEW."created_by_id", NEW."doctor_id", NEW."id", NEW."is_invoiced", NEW."legal_entity_id", NEW."no_services_reason", NEW."number", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."served_on", NEW."state", NEW."total", NEW."version", NEW."year"); RETURN NULL;',
                    hash="7f17cdbebb7eda3d4cabe22442bd5d226ea1629c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e647f",
                    table="billing_workorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workorder",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_workorderevent" ("appointment_id", "branch_id", "closed_at", "closed_by_id", "comment", "created_at", "created_by_id", "doctor_id", "id", "is_invoiced", "legal_entity_id", "no_services_reason", "number", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "served_on", "state", "total", "version", "year") VALUES (OLD."appointment_id", OLD."branch_id", OLD."closed_at", OLD."closed_by_id", OLD."comment", OLD."created_at", OLD."created_by_id", OLD."doctor_id", OLD."id", OLD."is_invoiced", OLD."legal_entity_id", OLD."no_services_reason", OLD."number", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."served_on", OLD."state", OLD."total", OLD."version", OLD."year"); RETURN NULL;',
                    hash="f4eacc7847259c84e01940e7921396cfa45275c2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_90c28",
                    table="billing_workorder",
                    when="AFTER",
                ),
            ),
        ),
    ]
