"""Example: a first contact, every value on the way, in the order of its sections."""

from .. import bundle as cells
from .. import codec, crypto, invite, messages, nickname, proof, session, wire
from ..crypto import hkdf_sha512, public_key, sha256
from ..invite import Address
from ..noise import Handshake
from ..pairing import psk2_of
from ..random_source import Draw
from ..session import INVITER, JOINER
from ..wire import Command, Reply, mailbox_id
from .values import Case, stream, unhex


def first_contact(given: Case) -> Case:
    """All sections."""
    example = _Example(given)
    sections = (
        example.invite, example.link, example.bundle, example.message1, example.frames, example.reply,
        example.session, example.text, example.receipt,
    )  # fmt: skip
    names = ("invite", "link", "bundle", "message 1", "frames", "reply", "session", "text", "receipt")
    found = [section() for section in sections]
    return {f"{i} {name}": _shown(part) for i, (name, part) in enumerate(zip(names, found, strict=True), 1)}


def _shown(part: Case) -> Case:
    """The values in hex, with the hashes that long ones have beside them."""
    shown = {}
    for name, value in part.items():
        shown[name] = _shown(value) if isinstance(value, dict) else value.hex() if isinstance(value, bytes) else value
        if isinstance(value, bytes):
            shown[f"{name}_sha256"] = sha256(value).hex()
    return shown


def _asker(asker: proof.Asker) -> Case:
    slots = {"sid": asker.sid, "g": [g.encode() for g in asker.g], "y": [y.to_bytes(32, "little") for y in asker.y]}
    flat = {f"{name}_{i}": pair[i] for name, pair in slots.items() for i in range(2)}
    return {**flat, "filler": asker.filler, "m1": asker.m1, "real_slot": asker.real_slot}


class _Example:
    """What one section leaves for the next."""

    def __init__(self, given: Case) -> None:
        self._in = given
        self._draw = {name[:-5]: stream(seed) for name, seed in given.items() if name.endswith("_seed")}
        self._prs = {name: self._word(name) for name in ("real", "duress", "typed")}

    def _word(self, name: str) -> bytes:
        return proof.prs(nickname.normalise(self._in[name].encode()))

    def invite(self) -> Case:
        """Section 1."""
        self._static = self._draw["relay"](32)
        self._relay_key = public_key(self._static)
        link = invite.Link(self._draw["invite"](16), Address(self._in["host"], self._in["port"], self._relay_key))
        self._keys = link.keys()
        decoded = invite.unbase32(link.text().partition(":")[2])
        return {
            "relay_static": self._static, "relay_key": self._relay_key, "secret": link.secret,
            "payload": decoded[:-4], "checksum": decoded[-4:], "link": link.text(),
            "rendezvous_read_key": self._keys.rendezvous, "rendezvous_mailbox": self._keys.mailbox(),
            "bundle_key": self._keys.bundle, "pairing_key": self._keys.pairing, "psk0": self._keys.psk0,
        }  # fmt: skip

    def link(self) -> Case:
        """Section 2."""
        e, relay_e = self._draw["link"](32), self._draw["link"](32)
        client = wire.link_handshake(self._relay_key, self._relay_key, e, None, initiator=True)
        found: Case = {"h_0": client.hash, "e_private": e, "e": public_key(e)}
        hello = client.write_message(bytes(wire.PAYLOAD_LEN))
        found |= {"h_1": client.hash, "hello": hello, "relay_e_private": relay_e, "relay_e": public_key(relay_e)}
        relay = wire.read_hello(hello, self._relay_key, self._static, relay_e, [])
        payload = unhex(self._in["epoch"]) + self._in["now"].to_bytes(8, "big") + bytes(32)
        welcome = relay.write_message(payload)
        wire.take_welcome(client, welcome)
        up, down = client.split()
        self._client, self._relay = wire.Frames(client, initiator=True), wire.Frames(relay, initiator=False)
        return found | {
            "welcome_payload": payload, "welcome": welcome, "h_2": client.hash, "ck_2": client.chain,
            "key_to_relay": up.key, "key_to_client": down.key,
        }  # fmt: skip

    def bundle(self) -> Case:
        """Section 3."""
        draw = self._draw["inviter"]
        self._dh, kem_seed, read_key = draw(32), draw(64), draw(32)
        kem, self._kem = crypto.kem_key(kem_seed)
        self._mailbox = mailbox_id(read_key)
        expires, question = self._in["expires"], self._in["question"]
        terms = cells.Terms(public_key(self._dh), kem, self._mailbox, expires, question).encode()
        n = len(terms) + proof.M1_LEN
        head = bytes([cells.VERSION, cells.BUNDLE]) + n.to_bytes(2, "big")
        context = sha256(head, terms)
        asker = proof.Asker(self._prs["real"], self._prs["duress"], context, 1, draw)
        plain, nonce = cells.plain_of(cells.BUNDLE, terms + asker.m1), draw(24)
        self._bundle_cell = cells.seal_cell(self._keys.bundle, nonce, plain)
        self._bundle = cells.read_bundle(self._keys.bundle, self._bundle_cell, self._in["now"])
        self._asker = asker
        return {
            "dh_private": self._dh, "dh": public_key(self._dh), "kem_seed": kem_seed, "kem": kem,
            "mailbox_read_key": read_key, "mailbox": self._mailbox, "head": head,
            "expires_and_question": codec.integer(expires) + codec.optional(codec.text(question)),
            "context_1": context, "prs_real": self._prs["real"], "prs_duress": self._prs["duress"],
            "asker_1": _asker(asker), "prologue": sha256(head, terms, asker.m1), "plain": plain, "nonce": nonce,
            "cell": self._bundle_cell,
        }  # fmt: skip

    def message1(self) -> Case:
        """Section 4."""
        draw, terms = self._draw["joiner"], self._bundle.terms
        encaps_m, kem_seed, self._ratchet = draw(32), draw(64), draw(32)
        self._read_key, self._r = draw(32), draw(32)
        ss1, ciphertext = crypto.kem_encaps(terms.kem, encaps_m)
        kem, self._joiner_kem = crypto.kem_key(kem_seed)
        answerer = proof.Answerer(self._prs["typed"], self._bundle.m1, self._bundle.context, 1, b"", draw)
        e, nonce = draw(32), draw(24)
        mailbox, ratchet = mailbox_id(self._read_key), public_key(self._ratchet)
        payload = ciphertext + kem + mailbox + ratchet + self._r + answerer.m2
        joiner = self._noise(initiator=True, static=terms.dh, ephemeral=e)
        found: Case = {"h_0": joiner.hash, "e_private": e, "e": public_key(e)}
        noise = joiner.write_message(payload)
        inviter = self._noise(initiator=False, static=self._dh, ephemeral=b"")
        if inviter.read_message(noise) != payload:
            raise ValueError("the inviter reads another payload")
        self._ss1, self._payload, self._handshakes = ss1, payload, (joiner, inviter)
        self._answerer, self._joiner_mailbox = answerer, mailbox
        self._message1_cell = cells.seal_cell(self._keys.pairing, nonce, cells.plain_of(cells.MESSAGE1, noise))
        tags = {"sid": answerer.sid, "g": [g.encode() for g in answerer.g], "isk": answerer.isk, "t_s": answerer.expected}
        slots = {f"{name}_{i}": pair[i] for name, pair in tags.items() for i in range(2)}
        return found | {
            "encaps_m": encaps_m, "ciphertext": ciphertext, "ss1": ss1, "kem_seed": kem_seed, "kem": kem,
            "ratchet_private": self._ratchet, "ratchet": ratchet, "mailbox_read_key": self._read_key,
            "mailbox": mailbox, "r_joiner": self._r, "prs_typed": self._prs["typed"],
            "answerer_1": {**slots, "m2": answerer.m2}, "ck_1": joiner.chain, "payload": payload, "noise": noise,
            "h1": joiner.hash, "nonce": nonce, "cell": self._message1_cell,
        }  # fmt: skip

    def _noise(self, *, initiator: bool, static: bytes, ephemeral: bytes) -> Handshake:
        return Handshake(
            "NKpsk0+psk2", self._bundle.prologue, initiator=initiator, static=static, ephemeral=ephemeral,
            psks={0: self._keys.psk0},
        )  # fmt: skip

    def frames(self) -> Case:
        """Section 5."""
        ttl = self._in["bundle_ttl"]
        batches = (
            (self._client, [Command("Subscribe", self._keys.rendezvous)]),
            (self._relay, [Reply("Subscribed", waiting=1), Reply("Push", seq=1, ttl=ttl, cell=self._bundle_cell)]),
            (self._client, [
                Command("Create", self._read_key, 30 * 86400),
                Command("Append", self._mailbox, 86400, cell=self._message1_cell),
                Command("Acknowledge", up_to=1),
            ]),
        )  # fmt: skip
        found: Case = {}
        for i, (sealer, items) in enumerate(batches, 1):
            plain = wire.frame_plain(items)
            found[f"batch_{i}"] = plain[2 : 2 + int.from_bytes(plain[:2], "big")]
            found[f"frame_{i}"] = sealer.seal(plain)
        return found

    def reply(self) -> Case:
        """Section 6."""
        draw, (joiner, inviter) = self._draw["inviter"], self._handshakes
        psk2 = psk2_of(inviter, crypto.kem_decaps(self._kem, self._payload[:1088]))
        if psk2 != psk2_of(joiner, self._ss1):
            raise ValueError("the two have another psk2")
        joiner.psks[2] = inviter.psks[2] = psk2
        encaps_m, ratchet, read_key, r_inviter = (draw(32) for _ in range(4))
        ss2, ciphertext = crypto.kem_encaps(self._payload[1088:2272], encaps_m)
        judged = self._asker.handle(self._payload[2368:], b"", draw)
        e = draw(32)
        inviter.set_ephemeral(e)
        mailbox = mailbox_id(read_key)
        noise = inviter.write_message(ciphertext + mailbox + public_key(ratchet) + r_inviter + judged.m3)
        joiner.read_message(noise)
        h, mixed = joiner.hash, ss2 + r_inviter + self._r
        if h != inviter.hash or self._answerer.handle(judged.m3) != judged.isk:
            raise ValueError("the two do not agree")
        retry = hkdf_sha512(h, mixed, b"nightjar/v1/retry", 64)
        asker = proof.Asker(self._prs["real"], self._prs["duress"], h, 2, draw)
        offer = cells.seal_cell(retry[:32], draw(24), asker.m1)
        nonce = draw(24)
        self._h, self._inviter_ratchet = h, ratchet
        self._root = hkdf_sha512(h, judged.isk + mixed, b"nightjar/v1/root")
        return {
            "psk2": psk2, "encaps_m": encaps_m, "ciphertext": ciphertext, "ss2": ss2, "ratchet_private": ratchet,
            "ratchet": public_key(ratchet), "mailbox_read_key": read_key, "mailbox": mailbox,
            "r_inviter": r_inviter, "m3": judged.m3, "e_private": e, "e": public_key(e), "ck_2": joiner.chain,
            "noise": noise, "h": h, "retry_to_joiner": retry[:32], "retry_to_inviter": retry[32:],
            "asker_2": _asker(asker), "offer_2": offer, "nonce": nonce, "isk": judged.isk, "root": self._root,
            "cell": cells.seal_cell(self._keys.pairing, nonce, cells.plain_of(cells.REPLY, noise + offer)),
        }  # fmt: skip

    def session(self) -> Case:
        """Section 7."""
        rk, self._hkj, self._hki = session.initial_keys(self._h, self._root)
        shared = crypto.dh(self._ratchet, public_key(self._inviter_ratchet))
        self._rk, self._ck, nhk = session.root_step(rk, shared)
        return {
            "id": self._h, "rk_0": rk, "hkj": self._hkj, "hki": self._hki, "dh": shared, "rk_1": self._rk,
            "ck": self._ck, "nhk": nhk,
        }  # fmt: skip

    def text(self) -> Case:
        """Section 8."""
        now = self._in["now"]
        self._deadline = now + 86400
        text = {
            "message": "Text", "body": self._in["text"], "sent_at": now, "deadline": self._deadline, "after_read": 300,
        }  # fmt: skip
        draw = self._draw["text"]
        return self._sealed(draw(24), text, 0, JOINER, (self._hkj, self._ck), public_key(self._ratchet))

    def receipt(self) -> Case:
        """Section 9."""
        draw: Draw = self._draw["receipt"]
        nonce, dhs = draw(24), draw(32)
        shared = crypto.dh(dhs, public_key(self._ratchet))
        rk, ck, nhk = session.root_step(self._rk, shared)
        message = {"message": "Receipt", "kind": "Delivered", "messages": [1]}
        found = self._sealed(nonce, message, 1, INVITER, (self._hki, ck), public_key(dhs))
        return found | {
            "dhs_private": dhs, "dhs": public_key(dhs), "dh": shared, "rk_2": rk, "ck": ck, "nhk": nhk,
        }  # fmt: skip

    def _sealed(
        self, nonce: bytes, said: Case, ack: int, sender: int, keys: tuple[bytes, bytes], ratchet: bytes
    ) -> Case:
        """A first message in its envelope and its cell."""
        message = messages.encode(said)
        envelope = messages.encode_envelope({
            "seq": 1, "oldest": 1, "ack": ack, "seen": 0, "message": 1, "index": 0, "count": 1,
            "deadline": self._deadline, "bytes": message,
        })  # fmt: skip
        mk, ck = session.chain_step(keys[1])
        header, plain = session.Header(ratchet, 0, 0).encode(), session.body(envelope)
        cell = session.seal_cell(self._h, sender, nonce, keys[0], mk, header, plain)
        return {
            "message": message, "envelope": envelope, "mk": mk, "ck_1": ck, "nonce": nonce,
            "ad": bytes([session.VERSION]) + self._h + bytes([sender]), "header": header,
            "sealed_header": cell[24:88], "body": plain[: 3 + len(envelope)], "cell": cell,
        }  # fmt: skip


KINDS = {"first-contact": first_contact}
