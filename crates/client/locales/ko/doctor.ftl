# doctor가 살펴보는 것과 그 결과.

doctor-title = 필요한 것이 모두 되는지 살펴봅니다
doctor-ok = 좋음
doctor-warning = 확인
doctor-bad = 문제

doctor-check-config = 설정
doctor-check-home = 폴더
doctor-check-vault = 금고
doctor-check-memory = 메모리
doctor-check-dumps = 코어 덤프
doctor-check-random = 난수
doctor-check-relay = 중계 서버 주소
doctor-check-access = 접근 키
doctor-check-connect = 연결
doctor-check-key = 중계 서버 키
doctor-check-trip = 왕복
doctor-check-clock = 시계

doctor-config-none = 없음. 기본값을 씁니다
doctor-config-read = { $path } 이상 없음
doctor-home-private = { $path } 나만 볼 수 있음
doctor-home-open = { $path } 다른 사람도 읽을 수 있습니다. chmod 700 을 실행하세요
doctor-home-none = { $path } 아직 없음
doctor-vault-there = 있음, { $size } KiB
doctor-vault-none = 아직 없음. “nightjar setup”을 실행하세요
doctor-memory-locked = 스왑에 쓰이지 않음
doctor-dumps-off = 꺼져 있음
doctor-random-works = 시스템에서 잘 나옴
doctor-relay-given = { $relay }
doctor-access-none = 없음: 주소를 아는 사람은 누구나 쓸 수 있습니다
doctor-access-held = { $path } 에 있고 본인만 읽을 수 있습니다
doctor-access-open = { $path } 을(를) 다른 사람이 읽을 수 있습니다. chmod 600 을 실행하세요
doctor-connect-works = { $millis } ms 만에 응답
doctor-key-fits = 주소와 맞음
doctor-trip-works = 봉인된 조각이 { $millis } ms 만에 돌아옴
doctor-clock-fits = { $seconds }초 차이

doctor-all-well = ✓ 모두 잘 됩니다.
doctor-some = 살펴볼 것이 { $count }가지 있습니다.
