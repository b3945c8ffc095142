"""The one error that is written for a user to read."""


class AppError(Exception):
    """Something a user may be shown: what is wrong, and what to do about it.

    `message` names the file and what is wrong with it; `hint` says what to do. Neither ever carries a
    patient's name.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
