# Two stages: packages are built once, the image that runs holds no tools and no root.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --create-home --uid 10001 journeymap
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=journeymap.settings VAR=/var/journeymap
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
RUN mkdir -p /var/journeymap && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R journeymap /var/journeymap
USER journeymap
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"
CMD ["python", "-m", "journeymap.server", "--host", "0.0.0.0", "--port", "8000"]
