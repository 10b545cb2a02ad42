"""Portcullis in Python: the module's raw ABI through wasmtime, the arithmetic of signatures through PyJWT.

Lines of JSON in: {"policy", "jwks", "receipts"}, then {"case", "now"}. Lines out: "ok" and the decision document, byte
for byte as the module wrote it, or "error" and what went wrong. The corpus is run through it.
"""

import hashlib
import json
import sys

import wasmtime
from jwt.algorithms import get_default_algorithms
from jwt.exceptions import InvalidKeyError
from jwt.utils import base64url_decode

ABI = 1
PRIVATE = {"d", "p", "q", "dp", "dq", "qi"}


class Module:
    """One instance: calls go in and answers come out as JSON in its memory."""

    def __init__(self, wasm):
        self.digest = hashlib.sha256(wasm).hexdigest()
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        self.store.set_limits(memory_size=256 << 20)
        module = wasmtime.Module(engine, wasm)
        # The imports serve JavaScript only; nothing here reaches them.
        imports = [wasmtime.Func(self.store, wanted.type, unreachable) for wanted in module.imports]
        self.exports = wasmtime.Instance(self.store, module, imports).exports(self.store)
        if self.run("abi_version") != ABI:
            raise RuntimeError("the module speaks another ABI")

    def run(self, name, *arguments):
        return self.exports[f"portcullis_{name}"](self.store, *arguments)

    def ask(self, name, **parameters):
        """The answer's JSON, as bytes."""
        call, memory = json.dumps({name: parameters}).encode(), self.exports["memory"]
        address = self.run("alloc", len(call))
        if address == 0:
            raise RuntimeError("the call is too large")
        memory.write(self.store, call, address)
        # wasmtime gives 64 bits as a signed number.
        packed = self.run("call", address, len(call)) & 0xFFFF_FFFF_FFFF_FFFF
        self.run("free", address, len(call))
        start, length = packed >> 32, packed & 0xFFFF_FFFF
        answer = bytes(memory.read(self.store, start, start + length))
        if not answer.startswith(b'{"ok":'):
            raise RuntimeError(json.loads(answer)["error"]["message"] if answer else "no answer")
        return answer[len(b'{"ok":') : -1]


class Gate:
    """A policy, and the keys that tokens are verified with."""

    def __init__(self, module, policy, jwks, receipts):
        self.module, self.keys, self.receipts = module, None, receipts
        source = {"document": json.dumps(policy)} | ({"module": module.digest} if receipts else {})
        self.policy = json.loads(module.ask("policy.load", **source))["policy"]
        if jwks is not None:
            self.jwks = jwks.get("keys", [jwks])
            self.keys = json.loads(module.ask("keys.load", jwks=json.dumps(jwks)))["keys"]

    def decide(self, case, now):
        who = self.identify(case, now)
        facts = {name: case[name] for name in case.keys() - {"id", "claim", "roles", "token", "authorization", "facts"}}
        request = facts | case.get("facts", {}) | {"now": now}
        answer = self.module.ask("decide", policy=self.policy, **who, request=request, receipt=self.receipts)
        self.module.run("release", who.get("principal", 0))
        return answer.decode()

    def identify(self, case, now):
        """Who asks: a principal, a reason why the token is refused, or nothing."""
        if "claim" in case:
            who = {"claim": case["claim"], "roles": case.get("roles", [])}
            return json.loads(self.module.ask("principal.assume", policy=self.policy, **who))
        source = "token" if "token" in case else "authorization"
        call = {"policy": self.policy, "keys": self.keys, "credential": {source: case.get(source)}}
        outcome = json.loads(self.module.ask("token.challenge", **call)) if self.keys else "absent"
        if "challenge" in outcome:
            value = case[source] if isinstance(case[source], str) else case[source][0]
            genuine = self.is_genuine(value.encode(), **outcome["challenge"])
            outcome = json.loads(self.module.ask("token.conclude", **call, genuine=genuine, now=now))
        if "verified" in outcome:
            return {"principal": outcome["verified"]["principal"]}
        return {} if outcome == "absent" else {"refused": outcome["refused"]["reason"]}

    def is_genuine(self, value, key, algorithm, token_start, signed_bytes):
        token, verifier = value[token_start:], get_default_algorithms()[algorithm]
        try:
            public = verifier.from_jwk({name: part for name, part in self.jwks[key].items() if name not in PRIVATE})
            return verifier.verify(token[:signed_bytes], public, base64url_decode(token[signed_bytes + 1 :]))
        except (InvalidKeyError, ValueError):
            return False


def unreachable(*_):
    raise RuntimeError("the module called its host")


def main(wasm):
    with open(wasm, "rb") as file:
        module, gate = Module(file.read()), None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if "case" in question:
                print("ok", gate.decide(**question), flush=True)
            else:
                for handle in (gate.policy, gate.keys or 0) if gate else ():
                    module.run("release", handle)
                gate = Gate(module, **question)
                print("ok ", flush=True)
        except (RuntimeError, wasmtime.WasmtimeError) as error:
            print("error", error, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
