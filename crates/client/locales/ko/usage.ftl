# 명령줄에서 잘못된 것.

usage-unknown = { $arg } 옵션은 없습니다.
usage-unknown-meant = { $arg } 옵션은 없습니다. 혹시 { $meant } 인가요?
usage-command = { $arg } 명령은 없습니다.
usage-command-meant = { $arg } 명령은 없습니다. 혹시 { $meant } 인가요?
usage-no-command = 명령을 적지 않았습니다.
usage-missing = { $arg } 항목이 빠졌습니다.
usage-conflict = { $arg } 와(과) { $other } 은(는) 함께 쓸 수 없습니다.
usage-no-value = { $arg } 뒤에 값이 있어야 합니다.
usage-choice = { $arg } 값으로 “{ $value }” 은(는) 쓸 수 없습니다. 쓸 수 있는 값: { $valid }
usage-duration = { $arg } 값 “{ $value }” 은(는) 시간이 아닙니다. 30s, 5m, 24h, 7d처럼 숫자와 단위를 함께 적어 주세요.
usage-bounds = { $arg } 값 { $value } 은(는) 범위를 벗어났습니다. { $least } 부터 { $most } 까지 됩니다.
usage-value = { $arg } 값으로 “{ $value }” 은(는) 맞지 않습니다.
usage-flag = { $arg } 뒤에는 값을 적지 않습니다.
usage-utf8 = 명령줄이 올바른 UTF-8이 아닙니다.
usage-other = 명령줄을 이해하지 못했습니다.
usage-surplus = “{ $arg }” 은(는) 필요 없는 말입니다.
usage-code-typed = 초대 번호는 명령줄에 적지 마세요. 이 컴퓨터의 다른 사람이 볼 수 있고, 셸 기록에도 남습니다.
usage-text-typed = 메시지는 명령줄에 적지 마세요. 이 컴퓨터의 다른 사람이 볼 수 있고, 셸 기록에도 남습니다.
usage-setup-ephemeral = setup은 디스크에 금고를 만들고, --ephemeral은 아무것도 남기지 않습니다. 함께 쓸 수 없습니다.

usage-no-wait-ephemeral = --no-wait와 --ephemeral은 함께 쓸 수 없습니다. 저장하지 않은 것은 나중에 받을 수 없습니다.
