# 초대, 참여, 서로 확인하기.

invite-question = 상대방만 답할 수 있는 질문 (없으면 Enter):
invite-answer = 답 (나만 봅니다):
invite-answer-hint = 대소문자, 띄어쓰기, 문장 부호는 상관없지만 글자는 같아야 합니다. 철수와 철수야, 리순이와 이순이는 서로 다른 답입니다.
invite-answer-stored = 저장될 형태: { $word } · { $count }글자
invite-answer-confirm = 맞나요? (예/아니오)
invite-duress = 비상 답 (나만 봅니다):
invite-duress-hint = 강요받아 답해야 할 때 쓰는 답입니다. 상대방 화면은 평소와 똑같고, 당신 화면에만 표시됩니다.
invite-no-question = 질문이 없으면 초대를 손에 넣은 사람은 누구나 들어옵니다. 확인되지 않은 상대로 남습니다.
invite-making = 초대를 만드는 중…
invite-code = 초대 번호  { $code }
invite-link = 초대 링크  { $code }
invite-terms = 남은 시간 { $life } · 1회용 · 답 시도 { $attempts }번
invite-terms-open = 남은 시간 { $life } · 1회용 · 질문 없음
invite-tell = 상대방에게:  nightjar join   → 번호 입력
invite-tell-link = 상대방에게:  nightjar join   → 링크 붙여넣기
invite-tell-relay = 같은 중계 서버를 써야 합니다:  { $relay }
invite-tell-relay-private = 같은 중계 서버와 그 접근 키가 필요합니다:  { $relay }  링크(--link)에는 둘 다 들어 있습니다.
invite-tell-way = 답까지 알려 줘야 한다면 번호와 답은 서로 다른 길로 전하세요.
invite-waiting = 상대방을 기다립니다. Ctrl-C로 나가도 남은 시간 동안은 초대를 쓸 수 있습니다.
invite-waiting-ephemeral = 상대방을 기다립니다. 아무것도 저장하지 않으므로 Ctrl-C로 나가면 초대도 사라집니다.
invite-later = 답은 나중에 “nightjar recv”나 “nightjar chat”이 받아 옵니다.
invite-taken = 누군가 초대를 받아들였습니다. 답을 견주는 중…

join-code = 초대 번호나 링크:
join-code-good = ✓ 바르게 입력했습니다
join-looking = 초대를 찾는 중…
join-stretching = 번호를 푸는 중…
join-found = 초대를 찾았습니다. 남은 시간 { $life } · 답 시도 { $attempts }번
join-question = 묻습니다: { $question }
join-no-question = 질문이 없는 초대입니다. 초대한 사람이 누구인지는 확인되지 않습니다.
join-hangul-hint = 한글 자판이 없으면 영어 자판 그대로 치세요 (dkssud → 안녕)
join-answer = 답:
join-answer-once = 남의 기기에서 친 것은 기록될 수 있습니다. 같은 답을 두 번 쓰지 마세요.
join-hangul = { $typed } → { $word }
join-hangul-confirm = { $word } (으)로 할까요? (예, 아니오면 친 그대로)
join-stored = 이렇게 견줍니다: { $word }
join-confirm = 이 답을 보낼까요? (예/아니오)
join-waiting = 상대방을 기다립니다. 상대방도 들어와 있어야 합니다.
join-ephemeral = 이 컴퓨터에는 아무것도 저장하지 않습니다.
join-kept = { $name } 이라는 이름으로 금고에 저장했습니다.

proof-verified = ✓ 서로 확인했습니다. 두 사람 모두 답을 알고 있습니다.
proof-verified-name = ✓ { $name } 님과 서로 확인했습니다. 두 사람 모두 답을 알고 있습니다.
proof-mismatch = ✗ 답이 서로 다릅니다. { $left }번 더 할 수 있습니다.
proof-mismatch-why = 어느 쪽이든 잘못 쳤을 수 있고, 다른 사람일 수도 있습니다.
invite-contested = 다른 사람도 이 초대에 답했습니다. 초대를 가진 사람이 둘 이상입니다.
invite-contested-next = 먼저 온 답만 받았습니다. 답이 맞지 않으면 새 초대를 만들어 다른 길로 전하세요.
proof-mismatch-last = ✗ 답이 서로 다르고, 더는 기회가 없습니다. 이 초대는 사라졌습니다.
proof-duress = ⚠ { $name } 님이 비상 답을 보냈습니다. 누군가 강요하고 있을지 모릅니다.
proof-duress-rule = 상대방 화면에는 “서로 확인했습니다”라고 나옵니다. 이제부터는 강요하는 사람이 읽어도 된다고 표시한 글만 보냅니다.
proof-unproved = 확인 없이 연결되었습니다. { $name } 님은 초대를 손에 넣은 다른 사람일 수도 있습니다.

standing-verified = 확인됨
standing-unverified = 확인 안 됨
standing-duress = 강요받는 중

peers-none = 아직 연결된 사람이 없습니다. “nightjar invite”나 “nightjar join”으로 시작하세요.
peers-line = { $name } · { $standing }
peers-unread = 새 메시지 { $count }개
peers-pending = 아직 전달되지 않은 메시지 { $count }개
peers-invite = 열려 있는 초대 · 남은 시간 { $life } · 답 시도 { $attempts }번

join-kept-waiting = 답을 보냈습니다. 결과는 “nightjar recv”로 확인하세요.
invite-chat-next = 다음: nightjar chat { $name }
invite-name = 상대방을 뭐라고 부를까요?
contact-unnamed = 상대방
