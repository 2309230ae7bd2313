# 도움말: help-명령, help-명령-옵션, help-global-옵션.

help = 함께 나눈 기억만으로 다시 이어집니다. 메시지는 사라지고, 계정도 전화번호도 없습니다.
help-more =
    시간은 30s(초), 5m(분), 24h(시간), 7d(일)처럼 적습니다.
    종료 코드: 0 성공 · 1 내부 오류 · 2 사용법·설정 · 3 중계 서버에 닿지 않음 · 4 입력이 필요함 ·
    5 상대방이 없음 · 6 답이 서로 다름 · 7 초대를 다 씀 · 8 시간이 지남 · 9 거절됨 ·
    10 금고가 열리지 않음 · 11 없는 초대 · 12 중계 서버의 키가 다름 · 130 중단됨
    Nightjar는 아직 외부 전문가의 검토를 받지 않았습니다. 남의 손을 탄 휴대전화나 컴퓨터는 화면에 보이는 것을 모두 볼 수 있습니다.

help-heading-usage = 사용법:
help-heading-commands = 명령
help-heading-arguments = 인자
help-heading-options = 옵션
help-heading-global = 모든 명령에 쓰는 옵션
help-value-command = 명령

help-global-home = 모든 파일을 이 폴더에 둡니다 (환경 변수: NIGHTJAR_HOME)
help-global-ephemeral = 아무것도 저장하지 않습니다. 메모리에만 두고 끝나면 사라집니다
help-global-relay = 사용할 중계 서버 (환경 변수: NIGHTJAR_RELAY)
help-global-relay-file = 중계 서버 주소를 이 파일에서 읽습니다. 비공개 서버의 주소는 파일에만 두세요
help-global-json = 일어난 일을 한 줄에 하나씩 JSON으로 씁니다
help-global-reveal = JSON에 메시지 내용까지 넣습니다
help-global-no-input = 아무것도 묻지 않습니다. 물어야 할 때는 코드 4로 끝납니다
help-global-passphrase-fd = 암호를 이 파일 디스크립터에서 읽습니다
help-global-lang = 언어: en, ko, zh
help-global-color = 색: auto(자동), always(항상), never(안 씀)
help-global-quiet = 결과와 경고, 오류만 보여 줍니다
help-global-verbose = 더 자세히 보여 줍니다. 두 번 쓰면 더 많이
help-global-help = 이 도움말을 보여 줍니다
help-global-version = 버전을 보여 줍니다

help-setup = 중계 서버와 암호를 정하고 금고를 만듭니다

help-invite = 한 번만 쓸 수 있는 번호나 링크로 초대합니다
help-invite-ask = 이 질문을 합니다. 답을 아는 사람만 들어올 수 있습니다
help-invite-name = 상대방을 여기서 부를 이름
help-invite-digits = 말로 불러 줄 수 있는 14자리 번호 (기본값)
help-invite-link = 중계 서버 주소가 든 링크. QR 코드로도 보여 줍니다
help-invite-expires = 초대가 살아 있는 시간 (기본 30m, 길어도 3d)
help-invite-duress = 비상 답도 정합니다. 상대방이 강요받고 있음을 당신에게만 알려 줍니다
help-invite-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-invite-duress-fd = 비상 답을 이 파일 디스크립터에서 읽습니다
help-invite-no-qr = QR 코드를 그리지 않습니다
help-invite-no-wait = 상대방을 기다리지 않습니다. 답은 나중에 와도 됩니다

help-join = 초대를 받아들입니다. --keep을 쓰지 않으면 이 컴퓨터에 아무것도 저장하지 않습니다
help-join-code-stdin = 초대를 표준 입력에서 읽습니다
help-join-keep = 이 상대를 금고에 저장합니다
help-join-name = 상대방을 여기서 부를 이름
help-join-answer-fd = 답을 이 파일 디스크립터에서 읽습니다
help-join-timeout = 상대방을 기다리는 시간

help-chat = 한 줄씩 주고받으며 대화합니다
help-chat-contact = 대화할 상대
help-chat-expires = 보내는 메시지가 살아 있는 시간 (기본 24h, 길어도 7d)
help-chat-after-read = 상대가 본 뒤에 남아 있는 시간 (기본 5m)

help-send = 메시지 하나를 보냅니다. 표준 입력에서 읽거나 직접 입력합니다
help-send-contact = 받을 사람
help-send-expires = 메시지가 살아 있는 시간 (기본 24h, 길어도 7d)
help-send-after-read = 상대가 본 뒤에 남아 있는 시간 (기본 5m)
help-send-for-coercer = 상대방을 강요하는 사람이 읽어도 되는 글이라고 표시합니다
help-send-wait = 전달될 때까지 기다립니다
help-send-timeout = 전달을 기다리는 시간 (기본 1m)

help-recv = 도착한 메시지를 보여 줍니다
help-recv-contact = 이 사람에게서 온 것만
help-recv-wait = 도착할 때까지 이 시간만큼 기다립니다
help-recv-no-read-receipts = 읽었다는 사실을 상대방에게 알리지 않습니다

help-peers = 연결된 사람들을 보여 줍니다

help-wipe = 이 컴퓨터의 금고와 설정을 없앱니다
help-wipe-yes = 확인을 묻지 않습니다

help-doctor = 무엇이 안 되는지, 어떻게 하면 되는지 살펴봅니다

help-demo = 시연: 이 컴퓨터에서 중계 서버와 두 사람을 1분 동안 움직여 봅니다
help-demo-speed = 이 배수만큼 빠르게 (1~20)

help-completions = 셸 자동 완성 스크립트를 출력합니다
help-completions-shell = bash, elvish, fish, powershell, zsh 가운데 하나

help-man = 설명서(man)를 출력합니다
help-man-out = 명령마다 한 쪽씩 이 폴더에 씁니다

help-dev-relay = 시험용 중계 서버를 이 컴퓨터 안에서만 띄웁니다
help-dev-relay-port = 열어 둘 포트. 0이면 빈 포트를 고릅니다
help-dev-relay-key-file = 중계 서버의 키를 이 파일에 둡니다
help-dev-relay-access-key-file = 이 파일의 접근 키를 가진 쪽만 들입니다

help-dev-relay-stats-every = 이 간격(초)으로 집계를 출력합니다
