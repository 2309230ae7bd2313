# 실패: 무슨 일인지(failure-코드), 다음에 할 일(failure-코드-next).

failure-where = 어디서: { $place }
failure-next = 다음에: { $next }

place-command-line = 명령줄
place-config = 설정
place-input = 입력
place-output = 출력
place-vault = 이 컴퓨터의 금고
place-way-to-relay = 이 컴퓨터와 중계 서버 사이
place-relay = 중계 서버
place-invite = 초대
place-peer = 상대방 쪽
place-message = 메시지
place-file = 파일
place-program = 프로그램 안

failure-internal = 프로그램 안에서 문제가 생겼습니다: { $detail }
failure-internal-next = 다시 해 보세요. 또 그러면 “nightjar doctor” 결과와 함께 알려 주세요.

failure-output = 출력할 수 없습니다: { $detail }
failure-output-next = 출력이 어디로 가는지 확인해 주세요. 보여 주지 못한 것은 시간이 다할 때까지 “nightjar chat”의 /list에 있습니다.

failure-vault-io = 금고를 읽거나 쓸 수 없습니다: { $detail }
failure-vault-io-next = 디스크 여유 공간과 권한을 확인해 주세요. 전에 있던 내용은 그대로입니다.

failure-usage = { $what }
failure-usage-next = “nightjar --help”에 명령이, “nightjar 명령 --help”에 옵션이 나옵니다.

failure-config = { $path } 파일을 쓸 수 없습니다: { $detail }
failure-config-next = 파일을 고치거나, 다른 곳으로 옮기고 설정 없이 시작하세요.

failure-config-unknown = { $path } 파일에 있는 “{ $name }” 설정은 없는 것입니다.
failure-config-unknown-next = 그 줄을 지워 주세요. 쓸 수 있는 설정: relay, lang, expires, after_read, read_receipts

failure-config-meant = { $path } 파일에 있는 “{ $name }” 설정은 없는 것입니다.
failure-config-meant-next = 혹시 “{ $meant }” 인가요?

failure-config-value = { $path } 파일에서 “{ $name }” 값으로 { $value } 은(는) 쓸 수 없습니다.
failure-config-value-next = 값을 고쳐 주세요. 시간은 "5m"이나 "24h", 중계 서버는 "host:port#key" 모양입니다.

failure-no-home = 이 시스템에서 파일을 둘 폴더를 찾지 못했습니다.
failure-no-home-next = --home 폴더 로 정해 주세요.

failure-relay-missing = 아직 중계 서버를 정하지 않았습니다.
failure-relay-missing-next = --relay host:port#key 또는 --relay-file FILE 로 정하거나 “nightjar setup”을 실행하세요.

failure-relay-address = “{ $address }” 은(는) 중계 서버 주소가 아닙니다.
failure-relay-address-next = 주소는 host:port#key 모양이고 키까지가 주소입니다. 서버를 운영하는 사람에게 받으세요.

failure-relay-file = 중계 서버 주소가 든 파일 { $path } 을(를) 읽을 수 없습니다: { $detail }
failure-relay-file-next = 경로를 확인하세요. 파일에는 서버를 운영하는 사람에게 받은 주소 한 줄만 있으면 됩니다.

failure-relay-exposed = 중계 서버의 접근 키가 { $place } 에 있어 이 컴퓨터의 모든 프로그램이 읽을 수 있습니다.
failure-relay-exposed-next = 나만 읽을 수 있는 파일에 주소를 넣고 --relay-file 로 지정하거나 “nightjar setup”에서 입력하세요. 다른 사람과 함께 쓰는 컴퓨터라면 키가 알려졌을 수 있다고 서버를 운영하는 사람에게 말해 주세요.

failure-vault-missing = 여기에는 아직 금고가 없습니다.
failure-vault-missing-next = “nightjar setup”을 실행하세요. 이 컴퓨터에 아무것도 남기지 않으려면 --ephemeral을 쓰세요.

failure-vault-exists = { $path } 폴더에 이미 금고가 있습니다.
failure-vault-exists-next = 그대로 쓰거나, --home으로 다른 폴더를 고르거나, “nightjar wipe”로 없애세요.

failure-contact-unknown = “{ $name }” 이라는 사람은 없습니다.
failure-contact-unknown-next = “nightjar peers”에 연결된 사람들이 나옵니다.

failure-contact-exists = “{ $name }” 이라는 사람이 이미 있습니다.
failure-contact-exists-next = --name으로 다른 이름을 정해 주세요.

failure-invite-mistyped = 초대 번호를 잘못 입력했습니다. 초대의 모양이 아니거나 확인 숫자가 맞지 않습니다. 아무것도 보내지 않았습니다.
failure-invite-mistyped-next = 받은 번호와 견주어 보고 다시 입력하세요. 초대는 아직 쓸 수 있습니다.

failure-descriptor = 파일 디스크립터 { $fd } 에서 쓸 수 있는 줄을 읽지 못했습니다.
failure-descriptor-next = UTF-8 글 한 줄을 넘겨주세요.

failure-descriptor-unsupported = 이 시스템에는 번호로 여는 파일 디스크립터가 없습니다.
failure-descriptor-unsupported-next = 그 옵션을 빼고, 물을 때 입력하세요.

failure-relay-unreachable = 중계 서버 { $relay } 에서 응답이 없습니다.
failure-relay-unreachable-next = 인터넷 연결을 확인하세요. “nightjar doctor”가 단계마다 살펴봅니다. 초대와 메시지는 그대로입니다.

failure-relay-name = 중계 서버 { $relay } 의 이름을 찾을 수 없습니다.
failure-relay-name-next = 철자와 네트워크의 이름 서비스(DNS)를 확인하세요. “nightjar doctor”가 단계마다 살펴봅니다.

failure-relay-lost = 중계 서버 { $relay } 와(과) 연결이 끊겼고 다시 이어지지 않았습니다.
failure-relay-lost-next = 나중에 다시 해 보세요. 전달되지 못한 것은 간직했다가 그때 다시 보냅니다.

failure-relay-protocol = { $relay } 에서 응답하는 것은 중계 서버가 아닌 것 같습니다.
failure-relay-protocol-next = 포트 번호를 확인하고, 중간에서 통신을 바꾸는 것(호텔·회사 네트워크)이 없는지 보세요.

failure-relay-full = 중계 서버 { $relay } 이(가) 가득 찼거나 바쁩니다.
failure-relay-full-next = 몇 분 뒤에 다시 하거나 다른 중계 서버를 쓰세요.

failure-input-needed = 입력이 필요한데 --no-input 때문에 물을 수 없습니다: { $what }
failure-input-needed-next = --passphrase-fd나 --answer-fd 같은 옵션으로 넘기거나, --no-input을 빼 주세요.

failure-input-unreadable = 입력을 읽을 수 없습니다. 너무 길거나 UTF-8 글이 아닙니다.
failure-input-unreadable-next = 다시 입력하거나 UTF-8 글 한 줄을 넘겨주세요.

failure-no-terminal = 입력이 필요한데 물어볼 터미널이 없습니다: { $what }
failure-no-terminal-next = 터미널에서 실행하거나, --passphrase-fd나 --answer-fd 같은 옵션으로 넘겨주세요.

failure-peer-absent = 상대방이 아직 오지 않았습니다.
failure-peer-absent-next = 잘못된 것은 없습니다. 두 사람이 동시에 프로그램을 열어 두거나, 나중에 다시 해 보세요.

failure-not-delivered = 메시지가 중계 서버에서 기다리고 있습니다. 상대방이 제때 가져가지 않았습니다.
failure-not-delivered-next = 할 일은 없습니다. 시간이 남아 있는 동안 상대방이 오면 전달됩니다.

failure-nothing-arrived = 그동안 도착한 것이 없습니다.
failure-nothing-arrived-next = 나중에 다시 하거나 --wait로 더 오래 기다리세요.

failure-mismatch = 답이 서로 다릅니다. { $left }번 더 할 수 있습니다.
failure-mismatch-next = 어느 쪽이든 잘못 쳤을 수 있고, 다른 사람일 수도 있습니다. 천천히 다시 해 보세요.

failure-invite-used = 이 초대는 이미 쓰였습니다.
failure-invite-used-next = 직접 쓴 것이 아니라면 다른 사람이 가졌던 것입니다. 다른 길로 새 초대를 부탁하세요.

failure-attempts-exhausted = 답이 서로 달랐고, 더는 기회가 없습니다. 이 초대는 사라졌습니다.
failure-attempts-exhausted-next = 어느 쪽이든 잘못 쳤을 수 있고, 다른 사람일 수도 있습니다. 새 초대를 만드세요. 질문을 바꿔도 좋습니다.

failure-invite-expired = 이 초대는 시간이 지났습니다.
failure-invite-expired-next = 상대방에게 새 초대를 부탁하세요. --expires로 더 길게 할 수 있습니다.

failure-message-empty = 메시지가 비어 있습니다.
failure-message-empty-next = 내용을 입력하거나 표준 입력으로 넘겨주세요.

failure-message-long = 메시지가 너무 깁니다. { $length }바이트인데 { $most }바이트까지 됩니다.
failure-message-long-next = 여러 개로 나누어 보내세요.

failure-question-long = 질문이 너무 깁니다. { $length }바이트인데 { $most }바이트까지 됩니다.
failure-question-long-next = 더 짧게 줄여 주세요.

failure-answer-length = 답이 너무 짧거나 너무 깁니다.
failure-answer-length-next = 띄어쓰기와 문장 부호를 빼고 두 글자는 되어야 합니다. 아무도 짐작하지 못할 답을 고르세요.

failure-answer-characters = 답에 쓸 수 없는 문자가 있습니다.
failure-answer-characters-next = 글자와 숫자만 써 주세요.

failure-answers-alike = 띄어쓰기, 대소문자, 문장 부호를 빼면 비상 답이 진짜 답과 같습니다.
failure-answers-alike-next = 확실히 다른 것으로 정해 주세요.

failure-passphrase-weak = 암호가 너무 짧거나 단순합니다.
failure-passphrase-weak-next = 자판을 { $least }번 이상 누르는 길이로, 같은 글자만 되풀이하지 마세요. 아무 상관 없는 낱말 네댓 개를 이으면 튼튼하고 외우기도 쉽습니다.

failure-passphrases-differ = 두 암호가 서로 달랐습니다.
failure-passphrases-differ-next = “nightjar setup”을 다시 실행하세요. 아무것도 만들지 않았습니다.

failure-contact-name = 이름으로 쓸 수 없습니다.
failure-contact-name-next = 보이는 글자 1~32자로, “-”로 시작하지 않게 정해 주세요.

failure-contact-duress = { $name } 님이 비상 답을 보냈습니다. 강요하는 사람이 읽어도 되는 글만 보낼 수 있습니다.
failure-contact-duress-next = 누군가 함께 읽는다고 생각하세요. 그래도 괜찮은 글이라면 --for-coercer를 붙이세요.

failure-declined = 아니라고 답하셔서 아무것도 하지 않았습니다.
failure-declined-next = 마음이 바뀌면 다시 실행하세요.

failure-vault-wrong = 암호가 틀렸거나 금고 파일이 손상되었습니다. 둘 중 어느 쪽인지는 알 수 없습니다.
failure-vault-wrong-next = 다시 입력해 보세요. Caps Lock과 한/영 상태도 확인하세요. 파일은 바뀌지 않았습니다.

failure-vault-in-use = 다른 nightjar가 금고를 열어 두고 있습니다.
failure-vault-in-use-next = 먼저 그쪽을 닫으세요. 금고 두 개를 함께 쓰려면 --home으로 폴더를 따로 정하세요.

failure-vault-damaged = 금고 파일이 손상되었거나 금고가 아닙니다. 파일은 바뀌지 않았습니다.
failure-vault-damaged-next = 사본이 있으면 되돌려 놓으세요. 없으면 “nightjar wipe”로 없애고 다시 연결하세요.

failure-vault-version = 더 새로운 버전으로 만든 금고입니다.
failure-vault-version-next = 그 버전을 쓰세요. 파일은 바뀌지 않았습니다.

failure-invite-unknown = 중계 서버에 그런 초대가 없습니다.
failure-invite-unknown-next = 상대방과 같은 중계 서버를 쓰는지, 초대가 너무 오래되지 않았는지 확인하세요.

failure-relay-key = { $relay } 에서 응답하는 쪽의 키가 이 중계 서버의 키와 다르거나, 인사를 할 때마다 연결이 끊깁니다.
failure-relay-key-next = 이 네트워크로는 계속하지 마세요. 누군가 사이에 끼어 있을 수 있습니다. 키가 바뀐 것이라면 믿을 만한 사람에게 주소를 다시 받으세요.

failure-relay-refused = { $relay } 의 중계 서버가 우리 인사를 이해하지 못했습니다. 키가 다르거나 버전이 다르거나, 접근 키가 있어야 하는 비공개 서버입니다.
failure-relay-refused-next = 믿을 만한 사람에게 접근 키까지 든 주소를 다시 받아 --relay-file 의 파일이나 설정 파일에 넣으세요. 중간에 낀 사람도 이렇게 답할 수 있으니, 주소가 맞다면 이 네트워크로는 계속하지 마세요.

failure-interrupted = 중단되었습니다.
failure-interrupted-next = 이미 보낸 것은 보낸 것이고, 나머지는 하지 않았습니다.

failure-invite-damaged = 초대가 가리키는 곳에 무언가 있지만 이 초대로는 열리지 않습니다.
failure-invite-damaged-next = 새 초대를 부탁하세요. 또 그러면 중간에서 누군가 바꿔치기하고 있을 수 있습니다.

failure-message-encoding = 메시지가 UTF-8 글이 아닙니다.
failure-message-encoding-next = 글로 보내거나 --file 로 파일째 보내세요.

failure-demo = 시연의 한 단계가 이루어지지 않았습니다: { $step }.
failure-demo-next = 다시 실행해 보세요. 또 실패하면 화면에 나온 것을 알려 주세요.

failure-peer-silent = { $name } 님에게서 오래도록 소식이 없는데 보낸 메시지가 너무 많습니다. 이제 하루에 하나씩만 보낼 수 있습니다.
failure-peer-silent-next = { $name } 님이 지금까지 보낸 것을 읽을 때까지 기다리세요.

failure-message-control = 메시지에 터미널을 조작하는 문자가 들어 있습니다.
failure-message-control-next = 그 문자를 지우세요. 줄바꿈과 탭은 괜찮습니다.

failure-photo-heic = 이 사진은 HEIC 계열(아이폰 등의 형식)이라 보낼 수 없습니다.
failure-photo-heic-next = JPEG로 저장하거나 내보내서 보내세요. 아이폰이라면 설정 → 카메라 → 포맷 → “높은 호환성”입니다.

failure-photo-format = 보낼 수 있는 사진이 아닙니다.
failure-photo-format-next = JPEG, PNG, WebP, GIF를 보낼 수 있습니다. JPEG로 저장하거나, 안에 신원이 드러날 내용이 없다면 문서로 보내세요.

failure-photo-damaged = 사진이 손상되었습니다. 일부가 없거나 내용이 맞지 않습니다.
failure-photo-damaged-next = 사진을 열어 JPEG로 다시 저장한 다음 그것을 보내 보세요.

failure-photo-too-large = 사진이 너무 큽니다. { $most }백만 화소까지, 한 변은 16384화소까지 됩니다.
failure-photo-too-large-next = 크기를 줄이거나 필요한 부분만 잘라 내세요.

failure-photo-slow = 사진을 푸는 데 시간이 너무 오래 걸렸습니다.
failure-photo-slow-next = 사진을 열어 JPEG로 다시 저장한 다음 그것을 보내 보세요.

failure-voice-format = 보낼 수 있는 음성이 아닙니다. Ogg Opus 형식의 녹음 하나여야 합니다.
failure-voice-format-next = “.ogg”나 “.opus”로, 채널 한두 개로 녹음하거나 내보내세요.

failure-voice-damaged = 음성 파일이 손상되었습니다. 일부가 없거나 내용이 맞지 않습니다.
failure-voice-damaged-next = 다시 녹음하거나 내보내세요.

failure-voice-too-long = 음성이 너무 깁니다. { $most }분까지 됩니다.
failure-voice-too-long-next = 여러 개로 나누어 보내세요.

failure-file-too-large = 파일이 너무 큽니다. { $most }메가바이트까지 됩니다.
failure-file-too-large-next = 줄이거나 여러 개로 나누어 보내세요.

failure-file-name = 파일 이름으로 쓸 수 없습니다.
failure-file-name-next = 1~255바이트로, 빗금과 제어 문자 없이 정해 주세요.
