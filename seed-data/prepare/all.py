"""Run every preparation script, then the validation. Usage: python3 all.py SOURCE_FOLDER [OUTPUT_FOLDER [CONCEPTS]]"""
import subprocess
import sys
from pathlib import Path

SCRIPTS = ("territories former_communes indicators programmes supply registers key_actors priorities observations schemes networks "
           "evidence_levels validate").split()

for script in SCRIPTS:
    done = subprocess.run([sys.executable, "-B", str(Path(__file__).with_name(f"{script}.py")), *sys.argv[1:]])
    if done.returncode:
        sys.exit(f"{script} failed")
