# The demonstration.

demo-title = A relay and two people on this computer. Every process is the real program; nothing is acted.
demo-step = { $number }/{ $total } { $title }

demo-step-relay = A relay starts
demo-step-invite = The sender makes an invite with a question
demo-step-wrong = The family types a wrong nickname
demo-step-right = The family types the right nickname
demo-step-messages = Messages both ways
demo-step-timer = A message with 8 seconds to live
demo-step-duress = Someone forces the family to answer
demo-step-restart = The relay is restarted in the middle
demo-step-saw = What the relay saw
demo-step-wipe = Wiping

demo-sender = sender
demo-family = family
demo-relay = relay

demo-question = What did grandmother call me?
demo-answer = 꼬맹이
demo-wrong = 강아지
demo-duress = 막내둥이

demo-text-first = 할머니, 저예요. 잘 지내세요?
demo-text-second = We are all well. Do not worry about us.
demo-text-third = The package comes on Friday night.
demo-text-timer = Burn this after reading: the blue door.
demo-text-restart = This was written while the relay was down.
demo-text-coercer = All is well here. Write when you can.

demo-relay-up = A relay on a free port of this computer: { $relay }
demo-invite-made = The invite { $code }, { $life } to live, works once
demo-mismatch-both = Both screens say: no match, { $left } tries left. Neither says whose fault it was
demo-verified-both = Both screens say: verified
demo-sent = { $from } → { $to }: { $text }
demo-long = { $from } → { $to }: a text of { $bytes } bytes, in several sealed cells
demo-arrived = Arrived, letter for letter
demo-timer-shown = Shown; the clock runs: { $life }
demo-timer-gone = Gone on both sides, and at the relay
demo-duress-family = The family's screen says: verified
demo-duress-sender = The sender's screen says: under duress
demo-duress-refused = The sender's program refuses to send anything not marked as fit for a coercer
demo-restart-down = The relay is killed while messages wait
demo-restart-up = It is back, with an empty memory
demo-restart-lost = Messages lost: { $count }
demo-saw-frames = { $count } frames, all of { $bytes } bytes
demo-saw-ids = { $count } mailboxes with random names, none of a person
demo-saw-left = Cells left at the relay: { $count }
demo-saw-text = A number that stood in the messages, searched for in its memory: not found
demo-wiped = Both vaults are destroyed

demo-happened = ✓ happened
demo-failed = ✗ did not happen: { $what }
demo-all = ✓ All { $total } steps happened, in { $seconds } s.
demo-some = ✗ { $count } of { $total } steps did not happen.

demo-saw-unsearched = (Its memory was not searched: this system does not let a program look.)
demo-mark = Locker { $number }.
