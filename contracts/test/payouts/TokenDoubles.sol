// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice The part of a token that the routers use, answering as the standard says: true, or a revert.
contract StandardToken {
    mapping(address account => uint256) public balanceOf;

    error NotEnough();

    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
    }

    function burn(address account, uint256 amount) external {
        balanceOf[account] -= amount;
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        _move(to, amount);
        return true;
    }

    function _move(address to, uint256 amount) internal {
        if (balanceOf[msg.sender] < amount) revert NotEnough();
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Moves and answers false, as USDT on TRON does.
contract FalseButMovesToken is StandardToken {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(to, amount);
        return false;
    }
}

/// @notice Answers false instead of moving.
contract FalseAndStaysToken is StandardToken {
    function transfer(address, uint256) external pure override returns (bool) {
        return false;
    }
}

/// @notice Answers true and does not move.
contract TrueAndStaysToken is StandardToken {
    function transfer(address, uint256) external pure override returns (bool) {
        return true;
    }
}

/// @notice Moves and answers nothing, as USDT on Ethereum does.
contract SilentToken is StandardToken {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(to, amount);
        assembly ("memory-safe") {
            return(0, 0)
        }
    }
}

/// @notice Has accounts that it moves nothing to.
contract BlocklistToken is StandardToken {
    mapping(address account => bool) public isBlocked;

    error Blocked(address account);

    function setBlocked(address account, bool isBlocked_) external {
        isBlocked[account] = isBlocked_;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (isBlocked[to]) revert Blocked(to);
        _move(to, amount);
        return true;
    }
}

/// @notice Can be stopped.
contract PausableToken is StandardToken {
    bool public isPaused;

    error TokenPaused();

    function setPaused(bool isPaused_) external {
        isPaused = isPaused_;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (isPaused) revert TokenPaused();
        _move(to, amount);
        return true;
    }
}

/// @notice Takes a fee once it is switched on: from what the payee gets, or from the payer on top.
contract FeeToken is StandardToken {
    uint256 public feeOfPayee;
    uint256 public feeOfPayer;

    function setFees(uint256 ofPayee, uint256 ofPayer) external {
        (feeOfPayee, feeOfPayer) = (ofPayee, ofPayer);
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(to, amount);
        balanceOf[to] -= feeOfPayee;
        balanceOf[msg.sender] -= feeOfPayer;
        return true;
    }
}

/// @notice Gives the payee more than the amount, out of nothing.
contract GenerousToken is StandardToken {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(to, amount);
        balanceOf[to] += 1;
        return true;
    }
}

/// @notice Gives the payee what was paid, and takes less than that from the payer.
contract LenientToken is StandardToken {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(to, amount);
        balanceOf[msg.sender] += 1;
        return true;
    }
}

/// @notice Calls back into whoever pays, before it moves; remembers how that went.
contract ReentrantToken is StandardToken {
    bytes public call;
    bool public isTaken;
    bytes public answer;

    function setCall(bytes calldata call_) external {
        call = call_;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        (isTaken, answer) = msg.sender.call(call);
        _move(to, amount);
        return true;
    }
}
