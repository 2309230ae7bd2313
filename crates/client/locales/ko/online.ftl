# 중계 서버로 가는 길에서 생기는 일과, 기다리는 동안 명령이 하는 말.

relay-cut = 중계 서버에 닿지 않습니다. 답할 때까지 다시 시도합니다.
relay-renewed = 중계 서버가 새로 시작했습니다. 서버가 잃었고 여기에 남아 있는 것은 다시 보냅니다.
relay-no-room = 중계 서버나 우편함이 가득 찼습니다. 메시지의 수명이 다할 때까지 다시 시도합니다.

join-kept-waiting = 답을 보냈습니다. 결과는 “nightjar recv”로 확인하세요.
invite-chat-next = 다음: nightjar chat { $name }
invite-name = 상대방을 뭐라고 부를까요?

chat-duration = 시간은 30s, 5m, 24h, 7d처럼 씁니다.
usage-no-wait-ephemeral = --no-wait와 --ephemeral은 함께 쓸 수 없습니다. 저장하지 않은 것은 나중에 받을 수 없습니다.
failure-invite-damaged = 초대가 가리키는 곳에 무언가 있지만 이 초대로는 열리지 않습니다.
failure-invite-damaged-next = 새 초대를 부탁하세요. 또 그러면 중간에서 누군가 바꿔치기하고 있을 수 있습니다.
failure-message-encoding = 메시지가 UTF-8 글이 아닙니다.
failure-message-encoding-next = 글만 보낼 수 있습니다. 파일은 다음 버전부터 됩니다.
failure-demo = 시연의 한 단계가 이루어지지 않았습니다: { $step }.
failure-demo-next = 다시 실행해 보세요. 또 실패하면 화면에 나온 것을 알려 주세요.
demo-saw-unsearched = (서버의 메모리는 뒤져 보지 않았습니다. 이 시스템에서는 볼 수 없습니다.)
help-dev-relay-stats-every = 이 간격(초)으로 집계를 출력합니다
demo-mark = 보관함 { $number }번.
contact-unnamed = 상대방
