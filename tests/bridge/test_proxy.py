async def test_passes_on(ask):
    answer = await ask("echo?a=%2F&b=%3A")
    assert answer.json["url"] == "/api/echo?a=%2F&b=%3A"
