# 대화 중의 질문, 사람이 직접 하는 확인, 송금: 안내, 도움말, 실패.

question-text = { $name } 님만 답할 수 있는 질문:
question-sent = ✓ { $name } 님에게 묻습니다: { $question } · 남은 시간 { $life } · 답 시도 { $left }번
question-waiting = 답을 기다립니다. Ctrl-C로 나가도 “nightjar recv”나 “nightjar chat”이 나중에 답을 받습니다.
question-prepared = ✓ { $name } 님에게 물을 질문을 간직했습니다: { $question } · 준비된 질문 { $count }개
question-prepared-next = 하나씩 차례로 한 번만 씁니다. “nightjar ask { $name }”, 송금, 나누어 받을 때의 다음 확인에 쓰입니다.
question-prepared-used = 준비해 둔 질문을 씁니다: { $question }
question-in = { $name } 님이 묻습니다: { $question } · 남은 시간 { $life } · 답 시도 { $left }번
question-in-next = 답하려면: nightjar answer { $name } · 대화 중에는 /answer
question-in-transfer = 답은 받은 돈을 확인할 때 묻습니다.
question-expired = { $name } 님과의 질문이 제때 답을 얻지 못했습니다. 이 질문은 다시 묻지 않습니다.
question-spent = ✗ 답이 서로 다르고, 더는 기회가 없습니다. 이 질문은 다시 묻지 않습니다.
question-answered = 답을 보냈습니다. 결과는 “nightjar recv”나 “nightjar chat”으로 확인하세요.

acknowledge-done = ✓ { $number }번 메시지를 확인했다고 { $name } 님에게 알립니다.

transfer-note = 덧붙일 말 (한 줄):
transfer-note-to = { $name } 님에게 덧붙일 말 (한 줄):
transfer-dispute-note = 무엇이 잘못되었나요 (한 줄):
transfer-opened = ✓ 송금 { $id } · { $to } 님에게 { $amount } · 전달하는 사람 { $via } · 남은 시간 { $life }
transfer-opened-fee = 수수료: { $fee }. { $to } 님에게는 알리지 않습니다.
transfer-opened-fee-told = 수수료: { $fee }. { $to } 님에게도 알립니다.
transfer-opened-next = { $via } 님에게는 지급을 부탁하고, { $to } 님에게는 금액과 수령 번호를 알립니다. 소식은 “nightjar recv”로 받습니다.
transfer-claim-code = 가족에게 들은 수령 번호:
transfer-sent = ✓ 중계 서버가 받았습니다.

order-in = { $name } 님의 부탁: { $amount } 지급 · 송금 { $id } · 남은 시간 { $life }
order-fee = 받을 수수료: { $fee }
order-next = 돈을 받았으면: nightjar transfer funds-received { $id }
order-next-claim = 돈을 건넬 때 수령 번호를 듣고: nightjar transfer claim { $id }
promise-in = { $name } 님이 { $amount } 보냅니다 · 송금 { $id } · 남은 시간 { $life }
promise-fee = 가져오는 사람의 수수료: { $fee }
promise-code = 수령 번호  { $code }
promise-code-rule = 번호는 돈을 손에 쥐고 세어 본 다음에, 가져온 사람에게 말해 주세요.
promise-next = 그다음: nightjar receipt confirm { $id } --amount (실제로 받은 금액)
promise-next-dispute = 오지 않았거나 무언가 잘못되었으면: nightjar receipt dispute { $id }

transfer-funded = 송금 { $id }: { $name } 님이 지급할 돈을 받았습니다.
transfer-claimed = ✓ 송금 { $id }: { $name } 님이 보낸 수령 번호가 맞습니다.
transfer-claim-wrong = ✗ 송금 { $id }: { $name } 님이 보낸 수령 번호가 틀렸습니다. { $left ->
    [0] 더는 기회가 없습니다.
   *[other] { $left }번 더 할 수 있습니다.
}
transfer-claim-good = ✓ 수령 번호가 맞습니다. 송금 { $id } 건은 전달된 것으로 기록됩니다.
transfer-claim-bad = ✗ 송금 { $id }: 수령 번호가 틀렸습니다. { $left ->
    [0] 더는 기회가 없습니다.
   *[other] { $left }번 더 할 수 있습니다.
}
transfer-claim-later = 번호를 보냈습니다. 맞았는지는 나중에 “nightjar transfer show { $id }”에 나옵니다.
transfer-receipt-verified = ✓ 송금 { $id }: { $name } 님이 { $amount } 받았습니다. 본인이 확인한 것이 맞습니다.
transfer-receipt-duress = ⚠ 송금 { $id }: { $name } 님이 비상 답으로 { $amount } 받았다고 보냈습니다. 누군가 강요하고 있을지 모릅니다. 받은 돈으로 세지 않습니다.
transfer-receipt-unproved = 송금 { $id }: { $name } 님이 { $amount } 받았다고 하지만 증명이 없습니다. 받은 돈으로 세지 않습니다.
transfer-receipt-mismatch = ✗ 송금 { $id }: { $name } 님의 수령 확인에 붙은 답이 틀렸습니다. 받은 돈으로 세지 않습니다. { $left ->
    [0] 더는 기회가 없습니다.
   *[other] { $left }번 더 할 수 있습니다.
}
transfer-receipt-proved = ✓ { $amount } 받은 것이 확인되었습니다. 송금 { $id }
transfer-receipt-sent = { $amount } 받았다고 보냈습니다. 결과는 나중에 “nightjar transfer show { $id }”에 나옵니다.
transfer-receipt-plain = 열려 있는 질문이 없어 증명 없이 보냅니다. 본인이 받은 것으로 인정되지 않습니다.
transfer-receipt-wrong = ✗ 답이 서로 다릅니다. 수령 확인이 받아들여지지 않았습니다. { $left ->
    [0] 더는 기회가 없습니다.
   *[other] { $left }번 더 할 수 있습니다.
}
transfer-disputed = ⚠ 송금 { $id }: { $name } 님이 무언가 잘못되었다고 합니다.
transfer-dispute-sent = 송금 { $id } 건이 잘못되었다고 { $name } 님에게 알립니다.
transfer-finished = ✓ 송금 { $id } 건이 모두 끝났습니다.
transfer-closed = 송금 { $id } 건은 닫혔습니다. 이제 더 받지 않습니다. { $amount } 가운데 { $received } 받음.
transfer-expired = 송금 { $id } 건의 기한이 지났습니다. 이제 더 받지 않습니다.
transfer-expired-sender = { $via } 님에게 돈이 있으면 돌려받으세요. 이미 받은 것은 그대로 셉니다.
transfer-expired-broker = 더는 지급하지 말고 { $name } 님과 정산하세요.
transfer-expired-family = 이 송금으로는 더 오지 않습니다. 잘못되었으면 { $name } 님에게 알리세요.
transfer-refused = { $name } 님 쪽에서 거절했습니다: { $reason }
transfer-forgotten = 보관 기간이 지나 송금 { $id } 기록을 지웠습니다.

refusal-unknown = 그런 송금이나 질문을 모릅니다
refusal-finished = 이미 끝난 송금입니다
refusal-expired = 기한이 지났습니다
refusal-spent = 더는 기회가 없습니다
refusal-currency = 통화가 다릅니다
refusal-repeated = 전에 한 말입니다
refusal-full = 그쪽에 더 둘 자리가 없습니다

transfers-none = 송금이 없습니다.
transfer-line = { $id } · { $amount } · { $who } · { $state } · 남은 시간 { $life }
transfer-line-over = { $id } · { $amount } · { $who } · { $state }
transfer-who-sender = { $to } 님에게, 전달 { $via }
transfer-who-broker = { $name } 님의 부탁
transfer-who-family = { $name } 님이 보냄
transfer-state-open = 진행 중
transfer-state-short = { $amount } 더 와야 함
transfer-state-finished = 끝남
transfer-state-expired = 기한 지남
transfer-state-disputed = 이의 있음
transfer-total = { $name } · 부탁 { $ordered } · 번호 확인 { $claimed } · 수령 { $received } · 미수령 { $open } { $currency }

show-head = 송금 { $id } · { $amount } · { $who }
show-life = { $state } · 남은 시간 { $life }
show-fee = 수수료: { $fee }
show-ordered = ✓ 부탁함 · { $ago } 전
show-funded = ✓ { $via } 님이 돈을 받음 · { $ago } 전
show-funded-own = ✓ 돈을 받았음 · { $ago } 전
show-funded-not = · 돈이 아직 { $via } 님에게 가지 않음
show-funded-not-own = · 아직 돈을 받지 않음
show-claimed = ✓ 지급함: 수령 번호가 맞음
show-claimed-wait = · 수령 번호를 확인하는 중
show-claimed-not = · 수령 번호가 아직 오지 않음
show-claimed-wrong = ✗ 틀린 수령 번호 { $count }번 · { $left ->
    [0] 더는 기회가 없음
   *[other] { $left }번 더 할 수 있음
}
show-received-not = · 아직 받은 것 없음
show-received = ✓ { $amount } 가운데 { $received } 받음
show-received-short = · { $amount } 가운데 { $received } 받음 · { $open } 모자람
show-received-over = ✓ { $amount } 가운데 { $received } 받음 · { $over } 더 받음
show-receipt = 수령 확인 { $number } · { $amount } · { $proof } · { $ago } 전
show-evidence =   첨부 있음: nightjar open { $name } { $number }
show-evidence-gone =   첨부가 여기에 없습니다: 아직 오지 않았거나 지워졌습니다
show-proof-verified = 본인 확인됨
show-proof-duress = 강요받음: 세지 않음
show-proof-unproved = 증명 없음: 세지 않음
show-proof-mismatch = 틀린 답
show-proof-waiting = 보내는 중
show-proof-proved = 확인됨
show-proof-refused = 거절됨: { $reason }
show-disputed = ⚠ 이의 있음 · { $ago } 전
show-next = 다음: { $next }
show-next-fund = { $via } 님에게 돈을 건네세요. { $via } 님이 “nightjar transfer funds-received”로 확인합니다.
show-next-claim = { $via } 님이 { $to } 님에게 돈을 건네고, { $to } 님이 { $via } 님에게 수령 번호를 말합니다.
show-next-receipt = { $to } 님의 수령 확인을 기다리세요.
show-next-duress = { $to } 님이 강요받고 있다고 생각하세요. 메시지에는 쓰지 말고 다른 길로 알아보세요.
show-next-dispute = { $to } 님, 그리고 { $via } 님과 이야기하세요.
show-next-short = { $to } 님이 확인하지 않은 { $open } 어떻게 되었는지 { $via } 님에게 물어보세요.
show-next-done = 할 일이 없습니다. 얼마 뒤 여기서 지워집니다.
show-next-expired = 전달되지 않은 돈은 { $via } 님과 정산하고, 나머지는 새로 송금하세요.
show-next-broker-fund = 돈을 받은 다음: nightjar transfer funds-received { $id }
show-next-broker-claim = 돈을 건네고 수령 번호를 들은 다음: nightjar transfer claim { $id }
show-next-broker-spent = 번호가 너무 여러 번 틀렸습니다. { $name } 님과 이야기하세요.
show-next-family = nightjar receipt confirm { $id } --amount (실제로 받은 금액)
show-next-wait = { $name } 님을 기다리세요.

peers-questions-in = 답을 기다리는 질문 { $count }개
peers-questions-ready = 준비해 둔 질문 { $count }개
peers-transfers = 진행 중인 송금 { $count }건

chat-help-ack = /ack [번호]  마지막 메시지나 그 번호의 메시지를 확인했다고 알립니다
chat-help-answer = /answer  받은 질문에 답합니다

usage-answer-typed = 답은 명령줄에 적지 마세요. 이 컴퓨터의 다른 사람이 볼 수 있고, 셸 기록에도 남습니다.
usage-claim-typed = 수령 번호나 덧붙일 말은 명령줄에 적지 마세요. 이 컴퓨터의 다른 사람이 볼 수 있고, 셸 기록에도 남습니다.

help-ask = 대화 중에 다시 묻습니다: 아직 같은 사람인가요?
help-ask-contact = 물어볼 사람
help-ask-question = 질문. 없으면 준비해 둔 다음 질문
help-ask-prepare = 묻지 않고 간직만 합니다. 하나에 한 번만 씁니다
help-ask-duress = 강요받아 답했음을 알려 주는 비상 답도 정합니다
help-ask-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-ask-duress-fd = 비상 답을 이 파일 디스크립터에서 읽습니다
help-ask-expires = 질문이 열려 있는 시간 (기본 24h, 최대 7d)
help-ask-no-wait = 답을 기다리지 않습니다. 나중에 와도 됩니다
help-ask-timeout = 답을 기다릴 시간

help-answer = 상대방의 질문에 답합니다
help-answer-contact = 누구의 질문인지
help-answer-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-answer-timeout = 상대방을 기다릴 시간 (기본 1m)

help-ack = 메시지를 확인했다고 직접 알립니다. “전달됨”이나 “읽음”보다 확실합니다
help-ack-contact = 누구의 메시지인지
help-ack-number = 메시지 번호. 없으면 마지막으로 본 메시지

help-transfer = 전달하는 사람을 통해 돈을 보내고 어떻게 되었는지 봅니다
help-transfer-new = 송금을 부탁합니다. 전달하는 사람은 부탁을, 가족은 금액과 수령 번호를 받습니다
help-transfer-new-to = 돈을 받을 사람. 확인된 사람이어야 합니다
help-transfer-new-via = 돈을 전달할 사람. 누가 받는지는 알지 못합니다
help-transfer-new-amount = 금액. 3000이나 3000.50처럼 숫자와 소수점만 씁니다
help-transfer-new-currency = 통화 세 글자. CNY, KRW, USD 등
help-transfer-new-fee = 전달하는 사람의 수수료 (같은 통화)
help-transfer-new-tell-fee = 가족에게도 수수료를 알립니다
help-transfer-new-ask = 답으로 본인이 받았음을 확인할 질문. 없으면 준비해 둔 다음 질문
help-transfer-new-duress = 강요받은 수령 확인임을 알려 주는 비상 답도 정합니다
help-transfer-new-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-transfer-new-duress-fd = 비상 답을 이 파일 디스크립터에서 읽습니다
help-transfer-new-note = 받을 사람에게 말을 덧붙입니다
help-transfer-new-note-fd = 그 말을 이 파일 디스크립터에서 읽습니다
help-transfer-new-via-note = 전달할 사람에게 말을 덧붙입니다. 누가 받는지는 쓰지 마세요
help-transfer-new-via-note-fd = 전달할 사람에게 덧붙일 말을 이 파일 디스크립터에서 읽습니다
help-transfer-new-expires = 송금이 열려 있는 시간 (기본 3d, 최대 7d)
help-transfer-list = 송금 목록
help-transfer-list-totals = 전달하는 사람과 통화별 합계: 부탁, 번호 확인, 수령, 미수령
help-transfer-show = 송금이 어디까지 왔는지, 다음에 할 일은 무엇인지 봅니다
help-transfer-show-id = 어느 송금인지. 앞부분만 적어도 됩니다
help-transfer-funds-received = 전달하는 사람: 지급할 돈을 받았다고 알립니다
help-transfer-funds-received-id = 어느 송금인지. 앞부분만 적어도 됩니다
help-transfer-claim = 전달하는 사람: 가족에게 들은 수령 번호를 보냅니다
help-transfer-claim-id = 어느 송금인지. 앞부분만 적어도 됩니다
help-transfer-claim-code-stdin = 번호를 표준 입력에서 읽습니다
help-transfer-claim-timeout = 맞는지 알려 올 때까지 기다릴 시간 (기본 1m)

help-receipt = 오기로 한 돈이 어떻게 되었는지 알립니다
help-receipt-confirm = 실제로 받은 금액을 확인합니다. 질문의 답으로 본인임을 증명합니다
help-receipt-confirm-id = 어느 송금인지. 앞부분만 적어도 됩니다
help-receipt-confirm-amount = 받은 금액. 일부여도 되고 나중에 더 확인할 수 있습니다
help-receipt-confirm-photo = 받은 돈의 사진. 보내기 알맞게 다시 만듭니다. 여러 번 쓸 수 있습니다
help-receipt-confirm-voice = 음성 메모(Ogg Opus). 여러 번 쓸 수 있습니다
help-receipt-confirm-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-receipt-confirm-note = 덧붙일 말을 묻습니다
help-receipt-confirm-note-fd = 덧붙일 말을 이 파일 디스크립터에서 읽습니다
help-receipt-confirm-timeout = 상대방을 기다릴 시간 (기본 1m)
help-receipt-dispute = 무언가 잘못되었다고 알립니다
help-receipt-dispute-id = 어느 송금인지. 앞부분만 적어도 됩니다
help-receipt-dispute-note-fd = 무엇이 잘못되었는지 이 파일 디스크립터에서 읽습니다

place-transfer = 송금
place-question = 질문

failure-amount = “{ $value }” 은(는) { $currency } 금액이 아닙니다.
failure-amount-next = 3000이나 3000.50처럼 숫자와, 필요하면 소수점만 써 주세요.

failure-currency = “{ $value }” 은(는) 아는 통화가 아닙니다.
failure-currency-next = CNY, KRW, USD처럼 세 글자로 써 주세요.

failure-transfer-unknown = “{ $id }” 송금은 여기에 없습니다.
failure-transfer-unknown-next = “nightjar transfer list”에 목록이 나옵니다. 적어도 앞의 네 글자를 써 주세요.

failure-transfer-ambiguous = “{ $id }” 로 시작하는 송금이 여러 건입니다.
failure-transfer-ambiguous-next = 더 길게 써 주세요. “nightjar transfer list”에 목록이 나옵니다.

failure-transfer-role = 송금 { $id } 건에서 당신이 할 수 있는 일이 아닙니다.
failure-transfer-role-next = 확인과 이의는 돈을 받는 사람이, 나머지는 전달하는 사람이 합니다. 할 수 있는 일은 “nightjar transfer show { $id }”에 나옵니다.

failure-transfer-parties = 같은 사람이 돈을 전달하고 받을 수는 없습니다.
failure-transfer-parties-next = 받을 사람은 --to로, 전달할 사람은 --via로 적어 주세요.

failure-transfer-finished = 송금 { $id } 건은 이미 끝났습니다. 이제 더 받지 않습니다.
failure-transfer-finished-next = 무엇을 받았는지는 “nightjar transfer show { $id }”에 나옵니다.

failure-transfer-expired = 송금 { $id } 건은 기한이 지났습니다. 이제 더 받지 않습니다.
failure-transfer-expired-next = 보낸 사람이 새로 송금할 수 있습니다.

failure-transfer-refused = 상대방 쪽에서 거절했습니다: { $reason }
failure-transfer-refused-next = 아무것도 세지 않았습니다. 상대방과 이야기해 보세요.

failure-transfer-pending = 송금 { $id } 건에서 앞서 보낸 것의 결과가 아직 오지 않았습니다.
failure-transfer-pending-next = 상대방을 기다리세요. 소식은 “nightjar recv”로 받습니다.

failure-contact-unverified = { $name } 님은 확인되지 않았습니다. 돈은 확인된 사람에게만 보냅니다.
failure-contact-unverified-next = 먼저 누구인지 확인하세요: nightjar ask { $name }

failure-claim-mistyped = 수령 번호를 잘못 입력했습니다. 확인 숫자가 맞지 않습니다. 아무것도 보내지 않았고 기회도 줄지 않았습니다.
failure-claim-mistyped-next = 가족에게 들은 번호와 견주어 보고 다시 입력하세요.

failure-claim-wrong = 수령 번호가 틀렸습니다. { $left }번 더 할 수 있습니다.
failure-claim-wrong-next = 가족에게 번호를 다시 확인하고 나서 해 보세요. 송금을 부탁한 사람도 이 일을 봅니다.

failure-claim-spent = 수령 번호가 틀렸고, 더는 기회가 없습니다.
failure-claim-spent-next = 송금을 부탁한 사람과 이야기하세요.

failure-question-none = { $name } 님의 질문 가운데 답하지 않은 것이 없습니다.
failure-question-none-next = 온 것이 있는지 “nightjar recv”로 확인하세요.

failure-question-transfer = { $name } 님의 질문은 송금 { $id } 건에 관한 것입니다.
failure-question-transfer-next = 받은 금액을 알려 주세요: nightjar receipt confirm { $id } --amount 금액

failure-question-open = { $name } 님이 답해야 할 질문이 이미 있습니다.
failure-question-open-next = 답이 오거나 시간이 다할 때까지 기다리세요.

failure-question-characters = 질문이 비어 있거나 쓸 수 없는 문자가 있습니다.
failure-question-characters-next = 평범한 글 한 줄로 써 주세요.

failure-question-spent = 답이 서로 달랐고, 더는 기회가 없습니다. 이 질문은 다시 묻지 않습니다.
failure-question-spent-next = 어느 쪽이든 잘못 쳤을 수 있고, 다른 사람일 수도 있습니다. 다른 질문을 하세요.

failure-question-expired = 이 질문은 시간이 지났습니다.
failure-question-expired-next = 물은 사람이 다른 질문을 할 수 있습니다.

failure-note-long = 덧붙인 말이 너무 깁니다. { $most }바이트까지 됩니다.
failure-note-long-next = 더 짧게 줄여 주세요.

failure-answer-used = 같은 사람에게 묻는 다른 질문의 답과 같습니다.
failure-answer-used-next = 한 번도 쓰지 않은 답을 고르세요. 이미 친 답은 기록되었을 수 있습니다.

failure-affairs-full = 질문이나 송금을 더 둘 자리가 없습니다.
failure-affairs-full-next = 지난 것이 끝나 지워질 때까지 기다리세요. “nightjar transfer list”에 목록이 나옵니다.

failure-message-unknown = { $name } 님의 메시지 가운데 그 번호로 확인할 수 있는 것이 없습니다.
failure-message-unknown-next = “nightjar chat”의 /list에 살아 있는 메시지가 나옵니다.
