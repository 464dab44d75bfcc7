# Static assets, by lock file
FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PRM_VAR_DIR=/var/lib/prm PRM_SPOOL_DIR=/var/spool/prm
RUN useradd --system --user-group --uid 10001 --create-home --home-dir /var/lib/prm prm \
    && install --directory --owner prm --group prm /var/lib/prm/media /var/lib/prm/static /var/spool/prm
WORKDIR /srv/prm
COPY requirements/server.txt requirements/server.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements/server.txt
COPY --from=assets /build/node_modules node_modules
COPY . .
RUN python -m compileall -q . \
    && if [ -d locale ]; then python -m babel.messages.frontend --quiet compile --domain django --directory locale; fi
USER prm
VOLUME /var/lib/prm /var/spool/prm
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "-m", "prm.probe", "web"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "8", "--respawn-failed-workers", "--workers-max-rss", "1024", "prm.wsgi:application"]
