#!/usr/bin/env bash
# Throughput and latency, in turns, with one cached token: of a bare proxy, of the gateway's proxy with its limits
# but no gate, and of the gateway. Needs wrk, and `cargo xtask dist` before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds="${1:-8}" rounds="${2:-5}"
cargo build --quiet --profile fast --locked --workspace --exclude xtask --bins --examples
target=../../target/fast
work="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT

cp policy.yaml "$work/"
"$target/portcullis" token key --alg ES256 --public "$work/keys.json" >"$work/key.json"
token="$("$target/portcullis" token mint --policy "$work/policy.yaml" --key "$work/key.json" \
  --claim 'a:workflow-api.rpc;a:tenants:TenantA')"
cat >"$work/gateway.yaml" <<YAML
listen: 127.0.0.1:18080
internal: 127.0.0.1:18081
origin: http://127.0.0.1:18082
policy: policy.yaml
jwks: { file: keys.json }
YAML
"$target/examples/bare" origin 127.0.0.1:18082 &
"$target/examples/bare" proxy 127.0.0.1:18083 http://127.0.0.1:18082 &
"$target/examples/bare" limited 127.0.0.1:18084 http://127.0.0.1:18082 &
RUST_LOG=warn "$target/axum-gateway" --config "$work/gateway.yaml" &
cat >"$work/request.lua" <<LUA
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer $token"
wrk.headers["Workflow-Api-Tenant-ID"] = "TenantA"
wrk.headers["Portcullis-Subject"] = "somebody else"
LUA
until [ "$(curl -s -o /dev/null -w '%{http_code}' 127.0.0.1:18081/readyz)" = 200 ]; do sleep 0.1; done

run() { # name, port
  wrk --threads 1 --connections 32 --duration "${seconds}s" --latency --script "$work/request.lua" \
    "http://127.0.0.1:$2/workflow-api/rpc/resume" |
    awk -v name="$1" '/99%/ { p99 = $2 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $0 }
      END { printf "%-8s %10.0f requests/s   p99 %s %s\n", name, rate, p99, bad }'
}
for _ in $(seq "$rounds"); do
  run bare 18083
  run limited 18084
  run gate 18080
done
