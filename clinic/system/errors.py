from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BackupUnderWay(DomainError):
    text = _("A copy is being made already. Its progress is at the top of the page.")
    code = "backup_under_way"


class WorkerOutOfReach(DomainError):
    text = _("The copy was not started: Redis is out of reach, so the worker does not hear of it.")
    code = "worker_out_of_reach"
