# The clinic's own processes: web, worker, beat and migrations are one image with different commands.
FROM python:3.11-slim-bookworm

# pg_dump has to be as new as the server: Debian 12 has 15, the PostgreSQL project's own packages have 18.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/zubr --create-home zubr \
    && install --directory --mode 700 --owner zubr --group zubr /var/backups/zubr

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes --requirement requirements/base.txt
COPY . .
RUN python -m clinic.embedded.translations && python -m compileall -q .

USER zubr
ENV ZUBR_VAR=/var/lib/zubr BIND=0.0.0.0:8000
VOLUME /var/lib/zubr
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py"]
