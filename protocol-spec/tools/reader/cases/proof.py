"""Proof: its cases and those of the nicknames, recomputed."""

from .. import cpace, keyboard, nickname, proof
from ..ristretto import decode
from .values import Case, flip, stream, unhex, write_at


def generator(given: Case) -> Case:
    """The generator string, its hash and the generator."""
    args = [unhex(given[name]) for name in ("prs", "ci", "sid")]
    string = cpace.generator_string(*args)
    return {
        "generator_string": string.hex(),
        "hash": cpace.sha512(string).hex(),
        "generator": cpace.generator(*args).encode().hex(),
    }


def run(given: Case) -> Case:
    """A whole run of CPace, both modes."""
    prs, ci, sid, ada, adb = (unhex(given[name]) for name in ("prs", "ci", "sid", "ada", "adb"))
    g = cpace.generator(prs, ci, sid)
    ya, yb = (cpace.scalar(unhex(given[name])) for name in ("ya", "yb"))
    share_a, share_b = (ya * g).encode(), (yb * g).encode()
    k = cpace.scalar_mult_vfy(ya, share_b)
    if k != cpace.scalar_mult_vfy(yb, share_a):
        raise ValueError("the two sides disagree")
    ir = cpace.transcript_ir(share_a, ada, share_b, adb)
    oc = cpace.transcript_oc(share_a, ada, share_b, adb)
    key = cpace.isk(sid, k, ir)
    return {
        "g": g.encode().hex(), "Ya": share_a.hex(), "Yb": share_b.hex(), "K": k.hex(),
        "ISK_IR": key.hex(), "ISK_SY": cpace.isk(sid, k, oc).hex(),
        "sid_output_ir": cpace.sid_output(ir).hex(), "sid_output_oc": cpace.sid_output(oc).hex(),
        "Ta": cpace.confirmation(key, sid, share_a, ada).hex(),
        "Tb": cpace.confirmation(key, sid, share_b, adb).hex(),
    }  # fmt: skip


def lv_cat(given: Case) -> Case:
    """lv_cat."""
    return {"lv_cat": cpace.lv_cat(*map(unhex, given["parts"])).hex()}


def o_cat(given: Case) -> Case:
    """o_cat."""
    return {"o_cat": cpace.o_cat(*map(unhex, given["parts"])).hex()}


def prepend_len(given: Case) -> Case:
    """prepend_len."""
    return {"prepend_len": cpace.prepend_len(unhex(given["octet_string"])).hex()}


def scalar_mult(given: Case) -> Case:
    """scalar_mult_vfy, and the product without its check."""
    s, x = cpace.scalar(unhex(given["s"])), unhex(given["x"])
    checked = cpace.scalar_mult_vfy(s, x)
    return {"scalar_mult_vfy": checked.hex(), "scalar_mult": (s * decode(x)).encode().hex()}


def transcript(given: Case) -> Case:
    """Transcripts of both modes."""
    args = [unhex(given[name]) for name in ("ya", "ada", "yb", "adb")]
    return {
        "transcript_ir": cpace.transcript_ir(*args).hex(),
        "transcript_oc": cpace.transcript_oc(*args).hex(),
    }


def whole(given: Case) -> Case:
    """A proof: three messages, some changed on the way."""
    real, typed = _prs(given["real"]), _prs(given["typed"])
    duress = _prs(given["duress"]) if "duress" in given else None
    context, attempt, statement = unhex(given["context"]), given["attempt"], unhex(given["statement"])
    asks, answers = stream(given["asker_seed"]), stream(given["answerer_seed"])
    asker = proof.Asker(real, duress, context, attempt, asks)
    answerer = proof.Answerer(
        typed,
        _changed(asker.m1, given.get("m1")),
        unhex(given["answerer_context"]) if "answerer_context" in given else context,
        given.get("answerer_attempt", attempt),
        unhex(given["answerer_statement"]) if "answerer_statement" in given else statement,
        answers,
    )
    judged = asker.handle(_changed(answerer.m2, given.get("m2")), statement, asks)
    key = answerer.handle(_changed(judged.m3, given.get("m3")))
    return {
        "m1": asker.m1.hex(),
        "m2": answerer.m2.hex(),
        "m3": judged.m3.hex(),
        "real_slot": asker.real_slot,
        "sid_0": asker.sid[0].hex(),
        "sid_1": asker.sid[1].hex(),
        "verdict": judged.verdict,
        "asker_isk": judged.isk.hex() if judged.isk else None,
        "answerer_isk": key.hex() if key else None,
    }


def forged(given: Case) -> Case:
    """An answerer with a word of its own in each slot."""
    context, asks = unhex(given["context"]), stream(given["asker_seed"])
    asker = proof.Asker(_prs(given["real"]), _prs(given["duress"]), context, 1, asks)
    first, second = map(_prs, given["words"])
    answers = stream(given["answerer_seed"])
    answerer = proof.Answerer((first, second), asker.m1, context, 1, b"", answers)
    judged = asker.handle(answerer.m2, b"", asks)
    return {"m1": asker.m1.hex(), "m2": answerer.m2.hex(), "m3": judged.m3.hex(), "verdict": judged.verdict}


def normalise(given: Case) -> Case:
    """A word's normal form."""
    typed = unhex(given["utf8"]) if "utf8" in given else given["typed"].encode()
    word = nickname.normalise(typed)
    if nickname.normalise(word.encode()) != word:
        raise ValueError("the normal form has another normal form")
    return {"word": word, "graphemes": nickname.graphemes(word), "prs": proof.prs(word).hex()}


def typed_keys(given: Case) -> Case:
    """Latin letters read as keys of the two-set layout."""
    return {"hangul": keyboard.hangul(given["typed"])}


def _prs(word: str) -> bytes:
    return proof.prs(nickname.normalise(word.encode()))


def _changed(message: bytes, change: Case | None) -> bytes:
    if change is None:
        return message
    if "flip" in change:
        return flip(message, change["flip"])
    return write_at(message, {str(change["at"]): change["bytes"]})


KINDS = {
    "generator": generator, "cpace": run, "lv_cat": lv_cat, "o_cat": o_cat, "prepend_len": prepend_len,
    "scalar_mult_vfy": scalar_mult, "transcript": transcript, "proof": whole,
    "forged": forged,
}  # fmt: skip
NICKNAME_KINDS = {"normalise": normalise, "keyboard": typed_keys}
