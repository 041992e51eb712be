"""Whether the server is well, for a load balancer."""


def test_health_is_told_to_everybody(browser):
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
