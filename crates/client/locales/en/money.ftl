# Questions in a session, acknowledgements, transfers of money: what is said of them, help texts, failures.

question-text = Question that only { $name } can answer:
question-sent = ✓ { $name } is asked: { $question } · { $life } left · { $left ->
    [one] one try
   *[other] { $left } tries
} at the answer
question-waiting = Waiting for the answer. Ctrl-C leaves; “nightjar recv” or “nightjar chat” takes the answer in later.
question-prepared = ✓ Kept for { $name }: { $question } · { $count ->
    [one] one question is ready
   *[other] { $count } questions are ready
}
question-prepared-next = Each is used once, in order: by “nightjar ask { $name }”, by a transfer, and for each further part of one.
question-prepared-used = The question that was prepared is used: { $question }
question-in = { $name } asks: { $question } · { $life } left · { $left ->
    [one] one try
   *[other] { $left } tries
}
question-in-next = Answer with: nightjar answer { $name } — in a chat: /answer
question-in-transfer = The answer is asked for when you confirm what you received.
question-expired = A question between you and { $name } was not answered in time. It is not asked again.
question-spent = ✗ The answers do not match, and no tries are left. This question is never asked again.
question-answered = The answer is on its way. “nightjar recv” or “nightjar chat” picks up what comes of it.

acknowledge-done = ✓ { $name } is told that you acknowledge message { $number }.

transfer-note = Note (one line):
transfer-note-to = Note to { $name } (one line):
transfer-dispute-note = What is wrong (one line):
transfer-opened = ✓ Transfer { $id } · { $amount } for { $to }, by way of { $via } · { $life } left
transfer-opened-fee = Fee: { $fee }. { $to } is not told of it.
transfer-opened-fee-told = Fee: { $fee }. { $to } is told of it.
transfer-opened-next = { $via } is told to pay; { $to } is told the amount and the claim code. “nightjar recv” takes in what comes.
transfer-claim-code = Claim code that the family told you:
transfer-sent = ✓ The relay has it.

order-in = { $name } orders: pay out { $amount } · transfer { $id } · { $life } left
order-fee = Your fee: { $fee }
order-next = When you have the money: nightjar transfer funds-received { $id }
order-next-claim = When you pay out, ask for the claim code, then: nightjar transfer claim { $id }
promise-in = { $name } sends you { $amount } · transfer { $id } · { $life } left
promise-fee = Fee of whoever brings it: { $fee }
promise-code = Claim code  { $code }
promise-code-rule = Tell the code to whoever brings the money, once the money is in your hands and counted.
promise-next = Then: nightjar receipt confirm { $id } --amount (what you really received)
promise-next-dispute = If nothing came, or something is wrong: nightjar receipt dispute { $id }

transfer-funded = Transfer { $id }: { $name } has received the money to pay out.
transfer-claimed = ✓ Transfer { $id }: { $name } gave the right claim code.
transfer-claim-wrong = ✗ Transfer { $id }: { $name } gave a wrong claim code. { $left ->
    [0] No tries are left.
    [one] One try is left.
   *[other] { $left } tries are left.
}
transfer-claim-good = ✓ The claim code is right. Transfer { $id } counts as delivered.
transfer-claim-bad = ✗ The claim code of transfer { $id } is wrong. { $left ->
    [0] No tries are left.
    [one] One try is left.
   *[other] { $left } tries are left.
}
transfer-claim-later = The code is on its way. “nightjar transfer show { $id }” says later whether it was right.
transfer-receipt-verified = ✓ Transfer { $id }: { $name } received { $amount }. The receipt is verified.
transfer-receipt-duress = ⚠ Transfer { $id }: a receipt of { $amount } came from { $name } with the duress answer. Someone may be forcing them; it is not counted.
transfer-receipt-unproved = Transfer { $id }: { $name } says { $amount } came, without proof. It is not counted.
transfer-receipt-mismatch = ✗ Transfer { $id }: a receipt of { $name } came with a wrong answer. It is not counted. { $left ->
    [0] No tries are left.
    [one] One try is left.
   *[other] { $left } tries are left.
}
transfer-receipt-proved = ✓ Your receipt of { $amount } is proved. Transfer { $id }
transfer-receipt-sent = The receipt of { $amount } is on its way. “nightjar transfer show { $id }” says later what came of it.
transfer-receipt-plain = No question is open: the receipt goes without proof, and will not be counted as genuine.
transfer-receipt-wrong = ✗ The answer does not match. The receipt was not taken. { $left ->
    [0] No tries are left.
    [one] One try is left.
   *[other] { $left } tries are left.
}
transfer-disputed = ⚠ Transfer { $id }: { $name } says that something is wrong with it.
transfer-dispute-sent = { $name } is told that something is wrong with transfer { $id }.
transfer-finished = ✓ Transfer { $id } is complete.
transfer-closed = Transfer { $id } is closed: nothing more is taken for it. Received: { $received } of { $amount }.
transfer-expired = Transfer { $id } has expired. Nothing more is taken for it.
transfer-expired-sender = If money is with { $via }, ask for it back. What was received before counts.
transfer-expired-broker = Do not pay out any more; settle with { $name }.
transfer-expired-family = Nothing more will come by it. Tell { $name } if that is not right.
transfer-refused = { $name } refused: { $reason }
transfer-forgotten = What was kept of transfer { $id } was erased: its time is over.

refusal-unknown = no such transfer or question is known there
refusal-finished = the transfer is complete
refusal-expired = its time is over
refusal-spent = no tries are left
refusal-currency = the currency is another one
refusal-repeated = it was said before
refusal-full = there is no room for more there

transfers-none = There are no transfers.
transfer-line = { $id } · { $amount } · { $who } · { $state } · { $life } left
transfer-line-over = { $id } · { $amount } · { $who } · { $state }
transfer-who-sender = for { $to }, by way of { $via }
transfer-who-broker = order of { $name }
transfer-who-family = from { $name }
transfer-state-open = open
transfer-state-short = { $amount } still to come
transfer-state-finished = complete
transfer-state-expired = expired
transfer-state-disputed = disputed
transfer-total = { $name } · ordered { $ordered } · claimed { $claimed } · received { $received } · open { $open } { $currency }

show-head = Transfer { $id } · { $amount } · { $who }
show-life = { $state } · { $life } left
show-fee = Fee: { $fee }
show-ordered = ✓ ordered · { $ago } ago
show-funded = ✓ { $via } has received the money · { $ago } ago
show-funded-own = ✓ you have received the money · { $ago } ago
show-funded-not = · the money has not reached { $via } yet
show-funded-not-own = · you have not received the money yet
show-claimed = ✓ paid out: the claim code was right
show-claimed-wait = · the claim code is being checked
show-claimed-not = · not claimed yet
show-claimed-wrong = ✗ { $count ->
    [one] one wrong claim code
   *[other] { $count } wrong claim codes
} · { $left ->
    [0] no tries are left
    [one] one try is left
   *[other] { $left } tries are left
}
show-received-not = · nothing received yet
show-received = ✓ received { $received } of { $amount }
show-received-short = · received { $received } of { $amount } · { $open } short
show-received-over = ✓ received { $received } of { $amount } · { $over } over
show-receipt = receipt { $number } · { $amount } · { $proof } · { $ago } ago
show-evidence =   with an attachment: nightjar open { $name } { $number }
show-evidence-gone =   with an attachment that is not here: not come yet, or gone
show-proof-verified = verified
show-proof-duress = duress: not counted
show-proof-unproved = unproved: not counted
show-proof-mismatch = wrong answer
show-proof-waiting = on its way
show-proof-proved = proved
show-proof-refused = refused: { $reason }
show-disputed = ⚠ disputed · { $ago } ago
show-next = Next: { $next }
show-next-fund = give { $via } the money; { $via } confirms with “nightjar transfer funds-received”.
show-next-claim = { $via } pays { $to }, who then tells { $via } the claim code.
show-next-receipt = wait for the receipt of { $to }.
show-next-duress = assume that { $to } is being forced. Say nothing of it in messages; find out on another way.
show-next-dispute = speak with { $to }, and with { $via }.
show-next-short = ask { $via } about the { $open } that { $to } has not confirmed.
show-next-done = nothing. It is erased here after a while.
show-next-expired = settle with { $via } what was not delivered; make a new transfer for the rest.
show-next-broker-fund = when you have the money: nightjar transfer funds-received { $id }
show-next-broker-claim = pay out, ask for the claim code, then: nightjar transfer claim { $id }
show-next-broker-spent = too many wrong codes. Speak with { $name }.
show-next-family = nightjar receipt confirm { $id } --amount (what you really received)
show-next-wait = wait for { $name }.

peers-questions-in = { $count ->
    [one] one question waits for your answer
   *[other] { $count } questions wait for your answer
}
peers-questions-ready = { $count ->
    [one] one question is prepared
   *[other] { $count } questions are prepared
}
peers-transfers = { $count ->
    [one] one transfer is open
   *[other] { $count } transfers are open
}

chat-help-ack = /ack [NUMBER]  acknowledge the last message, or this one
chat-help-answer = /answer  answer the question that was asked

usage-answer-typed = An answer does not belong on the command line: others on this computer can read it there, and your shell remembers it.
usage-claim-typed = A claim code or a note does not belong on the command line: others on this computer can read it there, and your shell remembers it.

help-ask = Ask a contact a question in the session: is it still the same person?
help-ask-contact = Whom to ask
help-ask-question = The question; without it the next one that was prepared
help-ask-prepare = Only keep the question, to be asked later; each is used once
help-ask-duress = Also set a duress answer, which tells you that the other side was forced
help-ask-answer-fd = Read the answer from this file descriptor
help-ask-duress-fd = Read the duress answer from this file descriptor
help-ask-expires = How long the question stays open (default 24h, at most 7d)
help-ask-no-wait = Do not wait for the answer; it can come later
help-ask-timeout = How long to wait for the answer

help-answer = Answer the question that a contact asks
help-answer-contact = Whose question
help-answer-answer-fd = Read the answer from this file descriptor
help-answer-timeout = How long to wait for the other side (default 1m)

help-ack = Acknowledge a message yourself: more than “delivered” and “read”
help-ack-contact = Whose message
help-ack-number = Its number; without it the last one that was shown

help-transfer = Have a broker pay money to someone, and see what became of it
help-transfer-new = Order a payment: the broker is told the order, the family the amount and a claim code
help-transfer-new-to = Who is to receive the money; must be verified
help-transfer-new-via = Who carries it; learns nothing of who receives it
help-transfer-new-amount = How much: digits, with a point before the smallest unit, such as 3000 or 3000.50
help-transfer-new-currency = Three letters, such as CNY, KRW or USD
help-transfer-new-fee = What the broker gets for it, in the same currency
help-transfer-new-tell-fee = Tell the family the fee, too
help-transfer-new-ask = A question whose answer makes the receipt genuine; without it the next one that was prepared
help-transfer-new-duress = Also set a duress answer, which tells you that the receipt was forced
help-transfer-new-answer-fd = Read the answer from this file descriptor
help-transfer-new-duress-fd = Read the duress answer from this file descriptor
help-transfer-new-note = Ask for a note to whoever receives the money
help-transfer-new-note-fd = Read that note from this file descriptor
help-transfer-new-via-note = Ask for a note to whoever carries it; it must not say who receives it
help-transfer-new-via-note-fd = Read that note from this file descriptor
help-transfer-new-expires = How long it stays open (default 3d, at most 7d)
help-transfer-list = List the transfers
help-transfer-list-totals = Sums by broker and currency: ordered, claimed, received, open
help-transfer-show = Show how far a transfer is, and what to do next
help-transfer-show-id = Which one; the beginning is enough
help-transfer-funds-received = As the broker: say that you have the money to pay out
help-transfer-funds-received-id = Which transfer; the beginning is enough
help-transfer-claim = As the broker: give the claim code that the family told you
help-transfer-claim-id = Which transfer; the beginning is enough
help-transfer-claim-code-stdin = Read the code from standard input
help-transfer-claim-timeout = How long to wait for whether it is right (default 1m)

help-receipt = Say what became of money that was to come
help-receipt-confirm = Confirm what you really received; the answer to the question proves that it is you
help-receipt-confirm-id = Which transfer; the beginning is enough
help-receipt-confirm-amount = How much came; may be a part, and more may follow
help-receipt-confirm-photo = A photo of it, made fit to be sent; can be given again
help-receipt-confirm-voice = A voice note about it (Ogg Opus); can be given again
help-receipt-confirm-answer-fd = Read the answer from this file descriptor
help-receipt-confirm-note = Ask for a note
help-receipt-confirm-note-fd = Read the note from this file descriptor
help-receipt-confirm-timeout = How long to wait for the other side (default 1m)
help-receipt-dispute = Say that something is wrong
help-receipt-dispute-id = Which transfer; the beginning is enough
help-receipt-dispute-note-fd = Read what is wrong from this file descriptor

place-transfer = with the transfer
place-question = with the question

failure-amount = “{ $value }” is not an amount of { $currency }.
failure-amount-next = Write digits, with a point before the smallest unit if there is one, and nothing else: 3000 or 3000.50.

failure-currency = “{ $value }” is not a currency that is known here.
failure-currency-next = Write its three letters, such as CNY, KRW or USD.

failure-transfer-unknown = There is no transfer “{ $id }” here.
failure-transfer-unknown-next = “nightjar transfer list” lists them. The first four characters are the least that is needed.

failure-transfer-ambiguous = Several transfers begin with “{ $id }”.
failure-transfer-ambiguous-next = Write more of it; “nightjar transfer list” lists them.

failure-transfer-role = This is not for you to say of transfer { $id }.
failure-transfer-role-next = Who receives the money confirms or disputes it; who pays it out has the rest. “nightjar transfer show { $id }” says what you can do.

failure-transfer-parties = The same contact cannot both carry and receive the money.
failure-transfer-parties-next = Name the one who receives it with --to and the one who carries it with --via.

failure-transfer-finished = Transfer { $id } is complete. Nothing more is taken for it.
failure-transfer-finished-next = “nightjar transfer show { $id }” says what was received.

failure-transfer-expired = Transfer { $id } has expired. Nothing more is taken for it.
failure-transfer-expired-next = Whoever ordered it can make a new one.

failure-transfer-refused = The other side refused: { $reason }.
failure-transfer-refused-next = Nothing was counted. Speak with the other side.

failure-transfer-pending = For transfer { $id } the last word is still on its way.
failure-transfer-pending-next = Wait for the other side; “nightjar recv” takes in what comes.

failure-contact-unverified = { $name } is not verified. Money goes to people who were verified.
failure-contact-unverified-next = Prove who it is first: nightjar ask { $name }

failure-claim-mistyped = This claim code was mistyped: its check digits do not fit. Nothing was sent, and no try was used.
failure-claim-mistyped-next = Compare it with what the family told you and type it again.

failure-claim-wrong = The claim code is wrong. { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
}
failure-claim-wrong-next = Ask the family for the code again before you try once more. Whoever ordered the transfer sees this.

failure-claim-spent = The claim code was wrong, and no tries are left.
failure-claim-spent-next = Speak with whoever ordered the transfer.

failure-question-none = { $name } asks nothing that is not answered.
failure-question-none-next = “nightjar recv” takes in what has come.

failure-question-transfer = The question of { $name } is about transfer { $id }.
failure-question-transfer-next = Say what you received: nightjar receipt confirm { $id } --amount AMOUNT

failure-question-open = { $name } has a question of yours to answer already.
failure-question-open-next = Wait for the answer, or until its time is over.

failure-question-characters = The question is empty or has characters that it cannot have.
failure-question-characters-next = Write it as one line of plain text.

failure-question-spent = The answers did not match, and no tries are left. This question is never asked again.
failure-question-spent-next = It can have been a slip of the finger, on either side, or someone else. Ask another question.

failure-question-expired = The time of this question is over.
failure-question-expired-next = Whoever asked can ask another one.

failure-note-long = The note is too long: at most { $most } bytes.
failure-note-long-next = Make it shorter.

failure-answer-used = Another question to the same contact has this answer.
failure-answer-used-next = Choose an answer that was never used: one that was typed may have been recorded.

failure-affairs-full = There is no room for more questions or transfers here.
failure-affairs-full-next = Wait until older ones are over and erased; “nightjar transfer list” lists them.

failure-message-unknown = { $name } has sent no message that can be acknowledged under this number.
failure-message-unknown-next = /list in “nightjar chat” lists the messages that are alive.
