"""The form of one PACS: how it is reached and how it is trusted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.file_dialogs import choose_files
from app.gui.widgets.labels import muted
from app.pacs.node import Node, Retrieve

_DICOM, _WEB = "DICOM (C-FIND, C-GET, C-STORE)", "DICOMweb (QIDO, WADO, STOW)"
_PEM = "Certificates (*.pem *.crt *.cer *.key);;All files (*)"


class NodeForm(QGroupBox):
    """Fields of a node; `save_requested(Node, password)` and `closed()`."""

    save_requested = Signal(object, str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("PACS")
        self.name, self.host, self.called = _line("Name"), _line("Host"), _line("AE title of the PACS")
        self.calling, self.url, self.user = _line("Own AE title"), _line("Address"), _line("User name")
        self.senders = _line("Further senders")
        self.senders.setPlaceholderText("TITLE@HOST, where others send for it")
        self.name.setPlaceholderText("such as: hospital")
        self.url.setPlaceholderText("https://pacs.example/dicom-web")
        self.password = _line("Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText("kept in the system's key ring; empty: unchanged")
        self.way, self.retrieve = _combo("Protocol"), _combo("Images come by")
        self.way.addItems([_DICOM, _WEB])
        self.retrieve.addItem("C-GET, on the same connection", Retrieve.GET.value)
        self.retrieve.addItem("C-MOVE, to the port for receiving", Retrieve.MOVE.value)
        self.port, self.listen, self.timeout = _number("Port"), _number("Port for receiving"), _number("s")
        self.timeout.setRange(1, 600)
        self.timeout.setSuffix(" s")
        self.timeout.setAccessibleName("Time-out")
        self.tls = QCheckBox("Encrypt with TLS")
        self.ca_file, self.certificate, self.key_file = (
            _line("CA file"),
            _line("Own certificate"),
            _line("Key of the certificate"),
        )
        self.ca_file.setPlaceholderText("empty: authorities that the system trusts")
        self.save_button, self.cancel_button = QPushButton("Save"), QPushButton("Cancel")
        self.save_button.setProperty("primary", True)
        self._lay_out()
        self.way.currentTextChanged.connect(self._show_way)
        self.retrieve.currentIndexChanged.connect(self._show_way)
        self.save_button.clicked.connect(lambda: self.save_requested.emit(self.node, self.password.text()))
        self.cancel_button.clicked.connect(self.closed)
        self.edit(Node(""))

    @property
    def node(self) -> Node:
        """What the fields say."""
        web = self.way.currentText() == _WEB
        return Node(
            name=self.name.text().strip(),
            host="" if web else self.host.text().strip(),
            port=self.port.value(),
            called="" if web else self.called.text().strip(),
            calling=self.calling.text().strip(),
            retrieve=str(self.retrieve.currentData()),
            listen_port=self.listen.value(),
            url=self.url.text().strip() if web else "",
            user=self.user.text().strip() if web else "",
            tls=self.tls.isChecked() and not web,
            ca_file=self.ca_file.text().strip(),
            certificate=self.certificate.text().strip(),
            key_file=self.key_file.text().strip(),
            timeout_s=self.timeout.value(),
            senders="" if web else self.senders.text().strip(),
        )

    def edit(self, node: Node) -> None:
        """Show a node; an empty one is to be entered."""
        self.setTitle(f"Change {node.name}" if node.name else "Enter a PACS")
        for field, text in (
            (self.name, node.name),
            (self.host, node.host),
            (self.called, node.called),
            (self.calling, node.calling),
            (self.url, node.url),
            (self.user, node.user),
            (self.senders, node.senders),
            (self.ca_file, node.ca_file),
            (self.certificate, node.certificate),
            (self.key_file, node.key_file),
            (self.password, ""),
        ):
            field.setText(text)
        self.port.setValue(node.port)
        self.listen.setValue(node.listen_port)
        self.timeout.setValue(node.timeout_s)
        self.tls.setChecked(node.tls)
        self.retrieve.setCurrentIndex(self.retrieve.findData(node.retrieve))
        self.way.setCurrentText(_WEB if node.web else _DICOM)
        self._show_way()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_way(self) -> None:
        """Only the fields that this protocol has."""
        web = self.way.currentText() == _WEB
        for field in (self.host, self.port, self.called, self.calling, self.retrieve, self.tls):
            self._form.setRowVisible(field, not web)
        moved = not web and self.retrieve.currentData() == Retrieve.MOVE.value
        for field in (self.listen, self.senders):
            self._form.setRowVisible(field, moved)
        for field in (self.url, self.user, self.password):
            self._form.setRowVisible(field, web)

    def _lay_out(self) -> None:
        self._form, trust = QFormLayout(), QFormLayout()
        for text, field in (
            ("Name", self.name),
            ("Protocol", self.way),
            ("Host", self.host),
            ("Port", self.port),
            ("AE title of the PACS", self.called),
            ("Own AE title", self.calling),
            ("Images come by", self.retrieve),
            ("Port for receiving", self.listen),
            ("Further senders", self.senders),
            ("Address", self.url),
            ("User name", self.user),
            ("Password", self.password),
            ("", self.tls),
        ):
            self._form.addRow(text, field)
        for text, line in (
            ("CA file", self.ca_file),
            ("Own certificate", self.certificate),
            ("Key of it", self.key_file),
        ):
            trust.addRow(text, _with_button(line, f"Choose: {text}"))
        trust.addRow("Time-out", self.timeout)
        words = muted("Certificates are always verified. Passwords are never written to a file.")
        trust.addRow(words)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel_button, self.save_button):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        halves = QHBoxLayout()
        halves.addLayout(self._form, 1)
        halves.addLayout(trust, 1)
        column = QVBoxLayout(self)
        column.addLayout(halves)
        column.addLayout(buttons)


def _with_button(line: QLineEdit, name: str) -> QWidget:
    whole, button = QWidget(), QPushButton("Choose…")
    button.setAccessibleName(name)
    button.setAutoDefault(True)
    button.clicked.connect(lambda: choose_files(whole, name, lambda paths: line.setText(str(paths[0])), _PEM))
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(line, 1)
    row.addWidget(button)
    return whole


def _line(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    return line


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    return combo


def _number(name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, 65535)
    box.setAccessibleName(name)
    return box
