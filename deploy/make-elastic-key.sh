#!/bin/bash
# Makes an API key for Streamprint's indices, unless there is one, where service and workers read it.
set -euo pipefail
file=/keys/elasticsearch
if [ -s "$file" ]; then exit 0; fi
answer=$(curl -fsS -u "elastic:$ELASTIC_PASSWORD" -H 'content-type: application/json' \
  http://elasticsearch:9200/_security/api_key -d '{
    "name": "streamprint", "role_descriptors": {"streamprint": {
      "cluster": ["monitor"], "indices": [{"names": ["streamprint-*"], "privileges": ["all"]}]}}}')
key=$(printf '%s' "$answer" | sed -n 's/.*"encoded" *: *"\([^"]*\)".*/\1/p')
if [ -z "$key" ]; then echo "Elasticsearch gave no key" >&2; exit 1; fi
printf '%s\n' "$key" > "$file.tmp"
# Of the user that the image of Streamprint runs as.
chown 1000:1000 "$file.tmp"
chmod 400 "$file.tmp"
mv "$file.tmp" "$file"
