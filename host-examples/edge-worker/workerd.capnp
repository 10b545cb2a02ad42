# The worker as workerd runs it by itself. `npm run build` makes what is embedded; the environment gives
# the bindings, and the command line the addresses (see dev/workerd.mjs).
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    # Issuer and origin run on this machine, and nothing else is reached.
    (name = "machine", network = (allow = ["local"])),
    # workerd brings the Cache API, but no cache.
    (name = "cache", external = (http = (style = proxy))),
  ],
  sockets = [(name = "http", http = (), service = "edge")],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "build/worker.js"),
    (name = "portcullis.wasm", wasm = embed "build/portcullis.wasm"),
  ],
  bindings = [
    (name = "ISSUER", fromEnvironment = "ISSUER"),
    (name = "JWKS", fromEnvironment = "JWKS"),
    (name = "JWKS_OPTIONS", fromEnvironment = "JWKS_OPTIONS"),
    (name = "ORIGIN", fromEnvironment = "ORIGIN"),
    (name = "ASSERTION_KEY", fromEnvironment = "ASSERTION_KEY"),
  ],
  compatibilityDate = "2026-01-01",
  globalOutbound = "machine",
  cacheApiOutbound = "cache",
);
