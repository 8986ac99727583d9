"""gunicorn for the clinic server: threads for many idle browsers, one application image shared by all workers."""

import os

wsgi_app = "clinic.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # memory: the workers share what the master has loaded
max_requests, max_requests_jitter = 5000, 500  # a leak, if any, stays small
timeout = 60
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a slow disk must not look like a hung worker
control_socket_disable = True
accesslog = None
loglevel = "warning"


def when_ready(server: object) -> None:
    """In the master, before the first fork: what is loaded here is shared by all workers."""
    from clinic.warming import freeze, warm_up

    warm_up()
    freeze()
