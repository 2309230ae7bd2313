# 시연.

demo-title = 이 컴퓨터에 중계 서버 하나와 네 사람이 있습니다. 모두 실제 프로그램이고, 흉내 낸 것은 없습니다.
demo-step = { $number }/{ $total } { $title }

demo-step-relay = 중계 서버를 켭니다
demo-step-invite = 보내는 사람이 질문을 담아 초대합니다
demo-step-wrong = 가족이 틀린 별명을 칩니다
demo-step-right = 가족이 맞는 별명을 칩니다
demo-step-messages = 메시지를 주고받습니다
demo-step-timer = 8초짜리 메시지를 보냅니다
demo-step-duress = 누군가 가족에게 답을 강요합니다
demo-step-restart = 도중에 중계 서버가 다시 켜집니다
demo-step-people = 부모님과 브로커가 들어옵니다
demo-step-order = 3000위안을 보냅니다
demo-step-claim = 현금이 건네집니다
demo-step-receipt = 부모님이 사진과 함께 2100위안 수령을 확인합니다
demo-step-forced = 누군가 나머지도 받았다고 하라고 강요합니다
demo-step-saw = 중계 서버가 본 것
demo-step-wipe = 모두 없앱니다

demo-sender = 보내는 사람
demo-family = 가족
demo-relay = 중계 서버

demo-question = 할머니가 부르던 내 별명은?
demo-answer = 꼬맹이
demo-wrong = 강아지
demo-duress = 막내둥이

demo-text-first = 할머니, 저예요. 잘 지내세요?
demo-text-second = We are all well. Do not worry about us.
demo-text-third = 금요일 밤에 짐이 도착해요.
demo-text-timer = 읽고 나면 잊으세요. 파란 대문이에요.
demo-text-restart = 중계 서버가 꺼져 있을 때 쓴 글입니다.
demo-text-coercer = 여기는 다 잘 있어요. 시간 날 때 편지 주세요.

demo-relay-up = 이 컴퓨터의 빈 포트에 중계 서버를 켰습니다: { $relay }
demo-invite-made = 초대 번호 { $code }, 남은 시간 { $life }, 1회용
demo-mismatch-both = 양쪽 화면에 똑같이 나옵니다: 답이 서로 다름, { $left }번 남음. 누구 잘못인지는 말하지 않습니다
demo-verified-both = 양쪽 화면에 똑같이 나옵니다: 서로 확인함
demo-sent = { $from } → { $to }: { $text }
demo-long = { $from } → { $to }: { $bytes }바이트 글을 봉인된 조각 여러 개로
demo-arrived = 한 글자도 틀림없이 도착했습니다
demo-timer-shown = 화면에 나왔고 시간이 흐릅니다: { $life }
demo-timer-gone = 양쪽에서도, 중계 서버에서도 사라졌습니다
demo-duress-family = 가족 화면: 서로 확인함
demo-duress-sender = 보내는 사람 화면: 강요받는 중
demo-duress-refused = 강요하는 사람이 읽어도 된다고 표시하지 않은 글은 보내지 않습니다
demo-restart-down = 메시지가 기다리는 동안 중계 서버를 강제로 껐습니다
demo-restart-up = 다시 켜졌고, 기억하는 것은 하나도 없습니다
demo-restart-lost = 잃어버린 메시지: { $count }개
demo-saw-frames = 프레임 { $count }개, 모두 { $bytes }바이트
demo-saw-ids = 아무 뜻 없는 이름의 우편함 { $count }개, 사람 이름은 없음
demo-saw-left = 중계 서버에 남은 조각: { $count }개
demo-saw-text = 메시지에 들어 있던 번호를 서버의 메모리에서 찾아보았습니다: 없음
demo-wiped = 모든 금고를 없앴습니다

demo-question-first = 창가에서 울던 새는?
demo-answer-first = 뻐꾸기
demo-duress-first = 꾀꼬리
demo-question-second = 우물가에 심은 나무는?
demo-answer-second = 살구나무
demo-duress-second = 복숭아

demo-parents-joined = 부모님이 들어왔고, 별명으로 확인되었습니다
demo-broker-joined = 브로커가 들어왔습니다. 질문이 없었으므로 '확인 안 됨'으로 표시됩니다
demo-order-sent = 보내는 사람 → 브로커: 3000.00 CNY 지급 의뢰. 보내는 사람 → 부모님: 3000.00 CNY, 수령 번호, 질문
demo-order-broker = 브로커의 화면: 의뢰만 보이고 부모님에 관한 것은 없습니다. 돈을 받았다고 알립니다
demo-order-parents = 부모님의 화면: 금액과 수령 번호 { $code }. 브로커에 관한 것은 없습니다
demo-claim-wrong = 브로커가 틀린 수령 번호를 보냈습니다. 횟수에 들어가고, 보내는 사람이 봅니다. 남은 횟수 { $left }번
demo-claim-right = 부모님이 현금을 받고 말해 준 번호: 맞습니다. 보내는 사람이 봅니다
demo-photo-made = 찍은 곳과 때, 기기가 적힌 { $bytes }바이트 사진
demo-photo-cut = 부모님이 2100.00 수령을 확인하며 사진을 보내는데, 도중에 연결이 끊깁니다
demo-photo-resumed = 연결이 돌아왔습니다. 사진은 멈춘 곳에서 이어져 모두 도착했습니다
demo-photo-clean = 보내는 사람이 저장한 사진: { $bytes }바이트. 곳도 때도 기기도 들어 있지 않습니다
demo-receipt-verified = 보내는 사람의 화면: 3000.00 중 2100.00 받음, 본인 확인됨
demo-forced-parents = 900.00 더, 비상 답으로. 부모님의 화면: 확인됨
demo-forced-sender = 보내는 사람의 화면: 강요받는 중, 세지 않음. 받은 돈은 여전히 3000.00 중 2100.00

demo-happened = ✓ 그대로 되었습니다
demo-failed = ✗ 되지 않았습니다: { $what }
demo-all = ✓ { $total }단계 모두 { $seconds }초 만에 되었습니다.
demo-some = ✗ { $total }단계 가운데 { $count }단계가 되지 않았습니다.

demo-saw-unsearched = (서버의 메모리는 뒤져 보지 않았습니다. 이 시스템에서는 볼 수 없습니다.)
demo-mark = 보관함 { $number }번.
