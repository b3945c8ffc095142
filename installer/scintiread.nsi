; A setup program for the user who starts it, without rights of an administrator; installer/exe.py gives the names
; with -D. /S asks nothing, /D=FOLDER (the last word) says where; status 0 done, 1 given up, 2 refused.
Unicode true
Target ${STUB}
SetCompressor /SOLID lzma
SetCompressorDictSize 64
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

Name "${TITLE}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "Software\${TITLE}" "Folder"
ManifestDPIAware true
ManifestLongPathAware true
BrandingText "${TITLE} ${VERSION}"
!define PROGRAM "$INSTDIR\${NAME}.exe"
!define KIND "${TITLE}.Bundle"
!define CLASSES "Software\Classes"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\${TITLE}"
!define FOUND "Software\Microsoft\Windows\CurrentVersion\App Paths\${NAME}.exe"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEPAGE_TEXT "${PURPOSE}.$\r$\n$\r$\nIt is installed for you alone, and needs no rights of an administrator."
!define MUI_FINISHPAGE_RUN "${PROGRAM}"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "Your studies, settings and models stay where they are."
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${TITLE}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${TITLE} setup"
VIAddVersionKey LegalCopyright ""
!ifdef SIGN
  !uninstfinalize `${SIGN}` = 0
!endif

; A program that runs cannot be replaced, and half of a new version is worse than the old one.
!macro RefuseWhileOpen PROGRAM_
  ${If} ${FileExists} "${PROGRAM_}"
    ClearErrors
    FileOpen $9 "${PROGRAM_}" a
    ${If} ${Errors}
      MessageBox MB_ICONSTOP "${TITLE} is running. Close it and start this again." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $9
  ${EndIf}
!macroend
!macro RefuseWhileRunning
  !insertmacro RefuseWhileOpen "$INSTDIR\${NAME}.exe"
  !insertmacro RefuseWhileOpen "$INSTDIR\${NAME}.com"
!macroend

Section
  SetShellVarContext current
  !insertmacro RefuseWhileRunning
  ; An older version goes first, also from another folder, but only one that this program installed.
  ReadRegStr $0 HKCU "Software\${TITLE}" "Folder"
  ${If} $0 != ""
  ${AndIf} ${FileExists} "$0\uninstall.exe"
    ExecWait '"$0\uninstall.exe" /S _?=$0' $1
    ${If} $1 != 0
      MessageBox MB_ICONSTOP "The older version in $0 could not be taken away: close it and start this again." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    Delete "$0\uninstall.exe"
    RMDir "$0"
  ${EndIf}

  SetOutPath "$INSTDIR"
  File /r "${FOLDER}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "${PROGRAM}"
  WriteRegStr HKCU "Software\${TITLE}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${FOUND}" "" "${PROGRAM}"

  WriteRegStr HKCU "${LISTED}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${LISTED}" "Publisher" "The ${TITLE} authors"
  WriteRegStr HKCU "${LISTED}" "DisplayIcon" "${PROGRAM}"
  WriteRegStr HKCU "${LISTED}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${LISTED}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${LISTED}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${LISTED}" "NoModify" 1
  WriteRegDWORD HKCU "${LISTED}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${LISTED}" "EstimatedSize" $0

  WriteRegStr HKCU "${CLASSES}\.${NAME}" "" "${KIND}"
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "${TITLE} bundle"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '"${PROGRAM}" "%1"'
  ${RefreshShellIcons}
SectionEnd

Section Uninstall
  SetShellVarContext current
  !insertmacro RefuseWhileRunning
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\${NAME}.com"
  Delete "$INSTDIR\${NAME}.pkg"
  Delete "$INSTDIR\LICENSES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "Software\${TITLE}"
  DeleteRegKey HKCU "${FOUND}"
  DeleteRegKey HKCU "${LISTED}"
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  ReadRegStr $0 HKCU "${CLASSES}\.${NAME}" ""
  ${If} $0 == "${KIND}"  ; otherwise somebody has given these files to another program
    DeleteRegKey HKCU "${CLASSES}\.${NAME}"
  ${EndIf}
  ${RefreshShellIcons}
SectionEnd
