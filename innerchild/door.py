"""What allauth is told about the door: which forms are ours, and how often each may be tried."""

FORMS = {
    "signup": "accounts.forms.SignUp",
    "login": "accounts.forms.SignIn",
    "request_login_code": "accounts.forms.RequestLoginCode",
    "confirm_login_code": "accounts.forms.ConfirmLoginCode",
    "confirm_email_verification_code": "accounts.forms.ConfirmAddress",
    "add_email": "accounts.forms.NewAddress",
    "change_password": "accounts.forms.ChangePassword",
    "reset_password": "accounts.forms.ResetPassword",
    "confirm_password_reset_code": "accounts.forms.ConfirmReset",
    "reset_password_from_key": "accounts.forms.NewPassword",
    "reauthenticate": "accounts.forms.ProveIt",
}
FACTOR_FORMS = {
    "authenticate": "accounts.factor_forms.SecondStep",
    "reauthenticate": "accounts.factor_forms.ProveBySecondStep",
    "activate_totp": "accounts.factor_forms.ConnectApp",
    "add_webauthn": "accounts.factor_forms.AddPasskey",
    "edit_webauthn": "accounts.factor_forms.RenamePasskey",
    "authenticate_webauthn": "accounts.factor_forms.UsePasskey",
    "login_webauthn": "accounts.factor_forms.ComeInByPasskey",
    "reauthenticate_webauthn": "accounts.factor_forms.ProveByPasskey",
}
RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",  # every form counts, also one sent back for a tick; a household shares an address
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "10/m/ip",
    "request_login_code": "10/m/ip,3/m/key",
    "confirm_email": "1/10s/key",
    "change_password": "5/m/user",
    "manage_email": "5/m/user",
    "reauthenticate": "5/m/user",
}
