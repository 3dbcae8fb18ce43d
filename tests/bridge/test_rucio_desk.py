"""Rucio's own clients sign in at the server's desk, each time that they need a token, for one account."""

import aiohttp
import pytest

from jupyterlab_datalake.rucio_desk import RucioDesk

WORDS = {"X-Rucio-Username": "jupyterlab-datalake"}


class Desk:
    def __init__(self, folder):
        self.account = "alice"
        self.file = folder / "rucio"
        self.file.write_text("first-token\n")
        self.desk = RucioDesk(self._account)
        self.url = self.desk.open(str(self.file))

    async def _account(self):
        return self.account

    async def sign_in(self, account=None, password=None, **headers):
        self.desk.serve()
        headers = {**WORDS, "X-Rucio-Password": password or self.desk.secret, **headers}
        if account is not None:
            headers["X-Rucio-Account"] = account
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/auth/userpass", headers=headers) as answer,
        ):
            assert await answer.text() == ""
            return answer.status, answer.headers.get("X-Rucio-Auth-Token") or answer.headers["ExceptionMessage"]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.desk.close()


async def test_each_sign_in_gets_the_token_that_is_there_then(desk):
    assert await desk.sign_in() == (200, "first-token")
    desk.file.write_text("second-token")
    assert await desk.sign_in("alice") == (200, "second-token")


async def test_another_account_is_told_whose_token_it_is(desk):
    assert await desk.sign_in("bob") == (401, "The data lake is signed in as alice, not as bob.")
    desk.account = "bob"
    assert await desk.sign_in("bob") == (200, "first-token")


async def test_an_account_that_cannot_be_looked_up_gets_nothing(desk):
    desk.account = None
    status, message = await desk.sign_in("alice")
    assert status == 503 and "first-token" not in message


async def test_before_anybody_is_signed_in_it_says_how_to(desk):
    desk.file.unlink()
    status, message = await desk.sign_in()
    assert status == 401 and "datalake token login" in message


@pytest.mark.parametrize("password", ["wrong", "ü"])
async def test_who_does_not_know_the_secret_gets_nothing(desk, password):
    status, message = await desk.sign_in(password=password.encode().decode("latin1"))
    assert status == 401 and "first-token" not in message


async def test_there_is_no_other_route(desk):
    desk.desk.serve()
    async with aiohttp.ClientSession() as session, session.get(f"{desk.url}/accounts/whoami") as answer:
        assert answer.status == 404


async def test_nobody_listens_after_the_end(desk):
    await desk.sign_in()
    desk.desk.close()
    with pytest.raises(aiohttp.ClientConnectorError):
        await desk.sign_in()
