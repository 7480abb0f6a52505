# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0

"""web3.py: balance, deployment, calls, events, a filter, a revert, a transfer.

Started by web3py.js with the node's URL and a private key; a compiled token is read as JSON from
standard input.
"""

import json
import sys

from web3 import Web3
from web3.exceptions import ContractCustomError

url, key = sys.argv[1:]
token = json.load(sys.stdin)

web3 = Web3(Web3.HTTPProvider(url))
account = web3.eth.account.from_key(key)
other = "0x000000000000000000000000000000000000bEEF"


def send(transaction):
    """Signs, sends and waits for the receipt."""
    prepared = {"from": account.address, "nonce": web3.eth.get_transaction_count(account.address), **transaction}
    signed = account.sign_transaction(prepared)
    receipt = web3.eth.wait_for_transaction_receipt(
        web3.eth.send_raw_transaction(signed.raw_transaction), timeout=60, poll_latency=0.2
    )
    assert receipt.status == 1, receipt
    return receipt


def build(function, **fields):
    """A call as a transaction; web3 asks for gas and fees itself."""
    nonce = web3.eth.get_transaction_count(account.address)
    return function.build_transaction({"from": account.address, "nonce": nonce, **fields})


assert web3.is_connected()
assert web3.eth.chain_id == 1984
assert web3.eth.get_balance(account.address) > 0

receipt = send(build(web3.eth.contract(abi=token["abi"], bytecode=token["bytecode"]).constructor(1_000)))
contract = web3.eth.contract(address=receipt.contractAddress, abi=token["abi"])
assert contract.functions.balanceOf(account.address).call() == 1_000

event_filter = contract.events.Transfer.create_filter(from_block="latest")
receipt = send(build(contract.functions.transfer(other, 7)))
(event,) = contract.events.Transfer().process_receipt(receipt)
assert (event.args["from"], event.args.to, event.args.value) == (account.address, other, 7)
assert [entry.args.value for entry in event_filter.get_new_entries()][-1:] == [7]
logs = contract.events.Transfer().get_logs(from_block=receipt.blockNumber, argument_filters={"to": other})
assert [entry.args.value for entry in logs] == [7]

try:
    contract.functions.transfer(other, 1_000).call({"from": account.address})
    raise AssertionError("a transfer of more than there is did not fail")
except ContractCustomError as error:
    assert str(error.data).startswith(Web3.keccak(text="InsufficientBalance(address,uint256,uint256)")[:4].to_0x_hex())

before = web3.eth.get_balance(other)
send({"to": other, "value": 5, "gas": 21_000, "maxFeePerGas": 3 * web3.eth.gas_price,
      "maxPriorityFeePerGas": web3.eth.max_priority_fee, "chainId": 1984})
assert web3.eth.get_balance(other) == before + 5

block = web3.eth.get_block("latest", full_transactions=True)
assert block.gasUsed <= block.gasLimit
assert len(web3.eth.fee_history(2, "latest", [50]).reward) == 2
print("done")
