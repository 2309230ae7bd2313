# The demonstration.

demo-title = A relay and four people on this computer. Every process is the real program; nothing is acted.
demo-step = { $number }/{ $total } { $title }

demo-step-relay = A relay starts
demo-step-invite = The sender makes an invite with a question
demo-step-wrong = The family types a wrong nickname
demo-step-right = The family types the right nickname
demo-step-messages = Messages both ways
demo-step-timer = A message with 8 seconds to live
demo-step-duress = Someone forces the family to answer
demo-step-restart = The relay is restarted in the middle
demo-step-people = The parents and a broker join
demo-step-order = 3000 yuan are sent on their way
demo-step-claim = Cash changes hands
demo-step-receipt = The parents confirm 2100, with a photo
demo-step-forced = Someone forces them to confirm the rest
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
demo-wiped = All vaults are destroyed

demo-question-first = Who sang at the window?
demo-answer-first = 뻐꾸기
demo-duress-first = 꾀꼬리
demo-question-second = What did we plant by the well?
demo-answer-second = 살구나무
demo-duress-second = 복숭아

demo-parents-joined = The parents join and are verified by the nickname
demo-broker-joined = The broker joins, is asked nothing, and is marked as unverified
demo-order-sent = Sender → broker: pay out 3000.00 CNY. Sender → parents: 3000.00 CNY, a claim code, a question
demo-order-broker = The broker's screen: the order, and nothing of the parents. He says that he has the money
demo-order-parents = The parents' screen: the amount and the claim code { $code }, and nothing of the broker
demo-claim-wrong = A wrong claim code from the broker: counted; the sender sees it, { $left } tries left
demo-claim-right = The code that the parents said when they had the cash: right. The sender sees it
demo-photo-made = A photo of { $bytes } bytes that tells where and when it was taken, and with what
demo-photo-cut = The parents confirm 2100.00 and send the photo; the link is cut in the middle of it
demo-photo-resumed = The link is back: the photo went on where it had stopped, and arrived
demo-photo-clean = Saved by the sender: { $bytes } bytes, no place, no time, no camera in it
demo-receipt-verified = The sender's screen: 2100.00 of 3000.00 received, verified
demo-forced-parents = 900.00 more, with the duress word. The parents' screen: proved
demo-forced-sender = The sender's screen: duress, not counted. Received is still 2100.00 of 3000.00

demo-happened = ✓ happened
demo-failed = ✗ did not happen: { $what }
demo-all = ✓ All { $total } steps happened, in { $seconds } s.
demo-some = ✗ { $count } of { $total } steps did not happen.

demo-saw-unsearched = (Its memory was not searched: this system does not let a program look.)
demo-mark = Locker { $number }.
