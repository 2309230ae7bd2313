# Inviting, joining, and the proof.

invite-question = Question that only the other side can answer (Enter for none):
invite-answer = Answer (only you see it):
invite-answer-hint = Case, spaces and punctuation do not matter, but spelling does: 철수 and 철수야, 리순이 and 이순이 are different answers.
invite-answer-stored = Stored as: { $word } · { $count ->
    [one] one character
   *[other] { $count } characters
}
invite-answer-confirm = Is that right? (y/n)
invite-duress = Duress answer (only you see it):
invite-duress-hint = Whoever is forced to answer gives this one. Their screen shows nothing unusual; yours tells you.
invite-no-question = Without a question, whoever has the invite gets in. The contact stays unverified.
invite-making = Making the invite…
invite-code = Invite code  { $code }
invite-link = Invite link  { $code }
invite-terms = { $life } left · works once · { $attempts ->
    [one] one try
   *[other] { $attempts } tries
} at the answer
invite-terms-open = { $life } left · works once · no question
invite-tell = Tell the other side:  nightjar join  → type the code
invite-tell-link = Tell the other side:  nightjar join  → paste the link
invite-tell-relay = They need the same relay:  { $relay }
invite-tell-relay-private = They need the same relay, with its access key:  { $relay }  A link (--link) has both in it.
invite-tell-way = Give the code and the answer on different ways, if the answer must be told at all.
invite-waiting = Waiting for the other side. Ctrl-C leaves; the invite stays good until its time is over.
invite-waiting-ephemeral = Waiting for the other side. Nothing is stored: Ctrl-C leaves, and the invite is gone.
invite-later = “nightjar recv” or “nightjar chat” picks the answer up later.
invite-taken = Someone has taken the invite. Comparing the answers…

join-code = Invite code or link:
join-code-good = ✓ typed without error
join-looking = Looking for the invite…
join-stretching = Working the code out…
join-found = Found the invite. { $life } left, { $attempts ->
    [one] one try
   *[other] { $attempts } tries
}.
join-question = They ask: { $question }
join-no-question = No question is asked. Whoever invited you is not verified.
join-hangul-hint = No Korean keyboard? Type the keys as they are: dkssud → 안녕
join-answer = Answer:
join-answer-once = What is typed on someone else's device may be recorded. Use an answer only once.
join-hangul = { $typed } → { $word }
join-hangul-confirm = Take it as { $word }? (y: yes, n: as typed)
join-stored = Will be compared as: { $word }
join-confirm = Send this answer? (y/n)
join-waiting = Waiting for the other side. They must be there too.
join-ephemeral = Nothing is stored on this computer.
join-kept = Kept in the vault as { $name }.

proof-verified = ✓ Verified: both of you know the answer.
proof-verified-name = ✓ { $name } is verified: both of you know the answer.
proof-mismatch = ✗ The answers do not match. { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
}
proof-mismatch-why = It can be a slip of the finger, on either side, or someone else.
proof-mismatch-last = ✗ The answers do not match, and no tries are left. This invite is gone.
invite-contested = Somebody else answered this invite, too: more than one person holds it.
invite-contested-next = Only the first of them was heard. If the answers do not match, make a new invite and hand it over another way.
proof-duress = ⚠ { $name } gave the duress answer: someone may be forcing them.
proof-duress-rule = Their screen shows “verified”. From now on only what you mark as fit for a coercer to read is sent.
proof-unproved = Connected, without proof. { $name } is unverified: it may be anyone who had the invite.

standing-verified = verified
standing-unverified = unverified
standing-duress = under duress

peers-none = You have no contacts yet. “nightjar invite” or “nightjar join” makes one.
peers-line = { $name } · { $standing }
peers-unread = { $count ->
    [one] one new message
   *[other] { $count } new messages
}
peers-pending = { $count ->
    [one] one not delivered yet
   *[other] { $count } not delivered yet
}
peers-invite = Open invite · { $life } left · { $attempts ->
    [one] one try
   *[other] { $attempts } tries
}

join-kept-waiting = The answer is on its way. “nightjar recv” picks up what comes of it.
invite-chat-next = Next: nightjar chat { $name }
invite-name = What do you want to call them?
contact-unnamed = peer
