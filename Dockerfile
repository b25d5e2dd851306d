# One image for web, worker and beat; docker-compose.yml says which. It runs without root and writes only to
# /var/lib/winback (secret key, collected static files, media) and /tmp.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=nps_project.settings \
    VAR_DIR=/var/lib/winback \
    LOG_FORMAT=json

WORKDIR /srv/winback
COPY requirements.txt ./
RUN pip install --root-user-action=ignore --requirement requirements.txt \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/winback --create-home winback
COPY . .
RUN python -m compileall -q manage.py nps_project surveys followup

USER winback
EXPOSE 8000
# Asked under the name that SITE_URL gives, since other names are refused.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "\
import os, urllib.parse as p, urllib.request as r; \
name = p.urlsplit(os.environ.get('SITE_URL', '')).netloc or '127.0.0.1'; \
r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': name}), timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "--log-level", "warning", \
     "nps_project.wsgi:application"]
