"""All settings, read from the environment. The address decides the rest: see INNERCHILD_URL."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from psycopg.conninfo import conninfo_to_dict

from innerchild import database, datafolder, door, embedded, environment, keyfiles, logs, mail

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR, KEYS_DIR = datafolder.data_dir(), datafolder.keys_dir()

# --- the address ------------------------------------------------------------------------------
INNERCHILD_URL = environment.read("INNERCHILD_URL").rstrip("/")
ADDRESS = urlsplit(INNERCHILD_URL)
HTTPS = ADDRESS.scheme == "https"
HOST = ADDRESS.hostname or "localhost"
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
PROXIES = int(environment.read("INNERCHILD_PROXIES"))  # how many of our own stand in front

DEBUG = False
ADMINS: list[str] = []  # an error mail would carry request data
# Empty where neither is there: Django then refuses only what signs something.
SECRET_KEY = environment.read("SECRET_KEY") or keyfiles.read(KEYS_DIR, "secret_key")
SECRET_KEY_FALLBACKS: list[str] = []
ALLOWED_HOSTS = [HOST] if HTTPS else LOCAL_HOSTS
CSRF_TRUSTED_ORIGINS = [INNERCHILD_URL] if HTTPS else []

# --- apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "innerchild",
    "vault",
    "accounts",
    "journal",
    "exercises",
    "sharing",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's session and passkey pages need it
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks_db",
]
# Headers, CSP and security stand outside everything: static files and failures carry them too.
MIDDLEWARE = [
    "innerchild.middleware.headers",
    "innerchild.middleware.parting",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "innerchild.middleware.no_nulls",
    "innerchild.middleware.as_a_stranger",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "innerchild.middleware.left",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vault.middleware.key_ring",
    "accounts.middleware.person",
    "innerchild.middleware.SignInRequired",
    "innerchild.pace.Paced",
]
ROOT_URLCONF = "innerchild.urls"
WSGI_APPLICATION = "innerchild.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["innerchild.templatetags.ui", "accounts.templatetags.person"],
        },
    }
]

# --- data ------------------------------------------------------------------------------------
DATABASE_URL = environment.read("DATABASE_URL")
_parameters = conninfo_to_dict(DATABASE_URL) if DATABASE_URL else embedded.Cluster(DATA_DIR, KEYS_DIR).conninfo()
# Web servers and the task worker hold a pool. manage.py names its command here: other commands need one connection.
_pooled = os.environ.get("INNERCHILD_COMMAND", "db_worker") == "db_worker"
POOL_SIZE = int(environment.read("INNERCHILD_POOL"))
DATABASES = {"default": database.entry(_parameters, pool_size=POOL_SIZE if _pooled else 0)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_388_608  # three full boxes, each character twelve bytes as a form sends it
DATA_UPLOAD_MAX_NUMBER_FIELDS, DATA_UPLOAD_MAX_NUMBER_FILES = 200, 1
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["innerchild.uploads.Unnamed"]

# --- mail ------------------------------------------------------------------------------------
EMAIL_URL = environment.read("EMAIL_URL")
MAIL = bool(EMAIL_URL)
MAILERS = {"default": mail.mailer(EMAIL_URL, terminal=sys.stdout.isatty())}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail.option(EMAIL_URL, "from") or f"no-reply@{HOST}"
CONTACT = environment.read("INNERCHILD_CONTACT")  # a mail address or a page of whoever runs this
SECURITY_CONTACT = environment.read("SECURITY_CONTACT") or CONTACT

# --- the person ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"accounts.validators.{rule}"} for rule in ("LongEnough", "NotTheAddress", "NotGuessable", "ContextWords")
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"

_prefix = "__Host-" if HTTPS else ""  # the prefix ties a cookie to this host, over https
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sid", f"{_prefix}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts read the token from <meta name="csrf-token">
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "accounts.sessions"  # sealed rows; accounts/sessions.py says how long each may rest
SESSION_COOKIE_AGE = 1800
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "innerchild.failures.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own

ACCOUNT_ADAPTER = "accounts.adapters.Account"
ACCOUNT_FORMS, ACCOUNT_RATE_LIMITS, MFA_FORMS = door.FORMS, door.RATE_LIMITS, door.FACTOR_FORMS
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = MAIL
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = MAIL  # not SUPPORTS_CHANGE: only new addresses get it, which tells (R04)
ACCOUNT_PREVENT_ENUMERATION = MAIL  # without mail, sign-up has to say that an address is taken
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = MAIL
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# A password in a browser that is not known gets a code by mail after it; accounts/adapters.py says when not.
ACCOUNT_LOGIN_BY_CODE_REQUIRED = {"password"} if MAIL else set()
ACCOUNT_LOGIN_BY_CODE_TRUST_ENABLED = MAIL
ACCOUNT_LOGIN_ON_PASSWORD_RESET = ACCOUNT_LOGOUT_ON_GET = ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = MAIL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = ADDRESS.scheme
MFA_ADAPTER = "accounts.adapters.MFA"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED, MFA_PASSKEY_SIGNUP_ENABLED = True, False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers make passkeys on http for localhost alone
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODE_COUNT, MFA_RECOVERY_CODE_DIGITS = 10, 12
MFA_RECOVERY_CODES_SHOW_ONCE = MFA_REAUTHENTICATION_REQUIRED = True
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
MFA_TRUST_ENABLED = False  # a known browser is spared the code by mail, never a second step of one's own
MFA_TRUST_COOKIE_NAME = f"{_prefix}known"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 64

# --- static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "innerchild.storage.HashedStatic"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- headers ---------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" forms send `Origin: null`, which CSRF refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Where "Leave this page" goes: neutral sites; their origins are the only ones a form may reach.
COVER_SITES = {
    "weather": "https://www.bbc.com/weather",
    "encyclopedia": "https://en.wikipedia.org/wiki/Main_Page",
    "clock": "https://time.is/",
}
_cover_origins = ["{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in COVER_SITES.values()]
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF, *_cover_origins],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "upgrade-insecure-requests": HTTPS,
}

# --- logs ------------------------------------------------------------------------------------
LOGGING = logs.TO_THE_TERMINAL

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
