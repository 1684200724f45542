from django.db import models


class Language(models.TextChoices):
    POWERSHELL = "powershell", "PowerShell"
    BASH = "bash", "Bash"
    PYTHON = "python", "Python"
    BATCH = "batch", "Batch"
