# 시연.

demo-title = 이 컴퓨터에 중계 서버 하나와 두 사람이 있습니다. 모두 실제 프로그램이고, 흉내 낸 것은 없습니다.
demo-step = { $number }/{ $total } { $title }

demo-step-relay = 중계 서버를 켭니다
demo-step-invite = 보내는 사람이 질문을 담아 초대합니다
demo-step-wrong = 가족이 틀린 별명을 칩니다
demo-step-right = 가족이 맞는 별명을 칩니다
demo-step-messages = 메시지를 주고받습니다
demo-step-timer = 8초짜리 메시지를 보냅니다
demo-step-duress = 누군가 가족에게 답을 강요합니다
demo-step-restart = 도중에 중계 서버가 다시 켜집니다
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
demo-wiped = 두 사람의 금고를 모두 없앴습니다

demo-happened = ✓ 그대로 되었습니다
demo-failed = ✗ 되지 않았습니다: { $what }
demo-all = ✓ { $total }단계 모두 { $seconds }초 만에 되었습니다.
demo-some = ✗ { $total }단계 가운데 { $count }단계가 되지 않았습니다.

demo-saw-unsearched = (서버의 메모리는 뒤져 보지 않았습니다. 이 시스템에서는 볼 수 없습니다.)
demo-mark = 보관함 { $number }번.
