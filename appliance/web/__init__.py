"""The office in a browser: what officers, the front desk, administrators and the head of office work with."""
