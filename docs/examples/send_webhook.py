"""Sign a sale by the rules of Standard Webhooks and send it: address and secret as arguments."""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request
import uuid


def main(address: str, secret: str) -> None:
    """Send one sale with a number of its own; the status is printed."""
    data = {"external_id": f"demo-{uuid.uuid4().hex[:8]}", "currency": "EUR", "amount": 9900}
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    body = json.dumps({"type": "sale.created", "timestamp": stamp, "data": data}).encode()
    message, now = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message}.{now}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
    request = urllib.request.Request(address, data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        print(answer.status, data["external_id"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
