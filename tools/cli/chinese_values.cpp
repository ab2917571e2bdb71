// The Chinese of values in results.
#include "tools/cli/chinese_texts.hpp"

#include <array>
#include <span>

namespace datapact::tools {
namespace {

constexpr std::array kTexts{
    ChineseText{"{} gas", "{} 燃料"},
    ChineseText{"{} (Unix seconds)", "{}（Unix 秒）"},
    ChineseText{"proposes", "轮到提议"},
    ChineseText{"prepared", "已准备"},
    ChineseText{"committed", "已提交"},
    ChineseText{"asks for round {}", "请求轮次 {}"},
    ChineseText{"missing", "缺席"},
    ChineseText{"silent", "无声"},
    ChineseText{"height {} round {}", "高度 {} 轮次 {}"},
    ChineseText{"{} of {}", "{1:t}中的 {0} 个"},
    ChineseText{"{} validates from the next block on", "{} 自下一区块起参与验证"},
    ChineseText{"removed from the next block on", "自下一区块起移除"},
    ChineseText{"the candidate is dropped", "已放弃该候选者"},
    ChineseText{"the node may connect no longer", "该节点不得再连接"},
    ChineseText{"the node may connect", "该节点可以连接"},
    ChineseText{"from height {} on: {}", "自高度 {} 起：{}"},
    ChineseText{"validator {}", "验证者 {}"},
    ChineseText{"height {}", "高度 {}"},
    ChineseText{"an administrator of organisation {}", "机构 {} 的一名管理员"},
    ChineseText{"an administrator of each organisation with a vote, until the quorum is there",
                "有表决权的各机构各一名管理员，直到达到法定多数"},
    ChineseText{"an operator of organisation {}, through the new node, once it has caught up",
                "机构 {} 的一名操作员，待新节点追上后经由该节点"},
    ChineseText{"(contract creation)", "（创建合约）"},
    ChineseText{"{} wei", "{} wei"},
    ChineseText{"{} bytes", "{} 字节"},
    ChineseText{"{}… ({} bytes)", "{}…（{} 字节）"},
    ChineseText{"{} bytes of code", "{} 字节代码"},
    ChineseText{"{} bytes of init code", "{} 字节初始化代码"},
    ChineseText{"slot {}", "槽 {}"},
    ChineseText{"{} s after the command", "命令开始后 {} 秒"},
    ChineseText{"{} of {} run", "{1} 个中的 {0} 个在运行"},
    ChineseText{"process {}", "进程 {}"},
    ChineseText{"{} (query code {})", "{}（查询码 {}）"},
    ChineseText{"{} in {} chunks, SHA-256 {}", "{} 分为 {} 个数据块，SHA-256 {}"},
    ChineseText{"{} of {}, each sold by itself", "{} 个，每个 {}，分别出售"},
    ChineseText{"no: root and digest are the provider's claim", "否：根哈希与摘要仅为供方声称"},
    ChineseText{"yes", "是"},
    ChineseText{"{} in {} chunks of {} bytes, root {}", "{} 分为 {} 个 {} 字节的数据块，根哈希 {}"},
    ChineseText{"matches the registered manifests", "与所登记的清单一致"},
    ChineseText{"matches the registered manifest", "与所登记的清单一致"},
    ChineseText{"{} (Unix seconds), height {}", "{}（Unix 秒），高度 {}"},
    ChineseText{"{} (Unix seconds), or below height {}", "{}（Unix 秒），或在高度 {} 以下"},
    ChineseText{"{} of {}: {}", "第 {} 个，共 {} 个：{}"},
    ChineseText{"(not written; give --out FILE)", "（未写出；请给出 --out 文件）"},
    ChineseText{"{} in {}", "{}，位于 {}"},
    ChineseText{"{}, root {}", "{}，根哈希 {}"},
    ChineseText{"{} and height {}", "{}（Unix 秒）与高度 {}"},
    ChineseText{"{} UTC", "{} UTC"},
    ChineseText{"height {}, block time {}", "高度 {0}，区块时间 {1:t}"},
    ChineseText{"{} at height {}", "{0:t}，高度 {1}"},
    ChineseText{"level L1, deal {}", "级别 L1，交易 {}"},
    ChineseText{"accepted by the account contract {}", "账户合约 {} 已接受"},
    ChineseText{"lot {} of {}", "批次 {}，共 {} 个"},
    ChineseText{"registered root {}, offered {}", "登记的根哈希 {}，要约的根哈希 {}"},
    ChineseText{"chain {}, contract {}", "链 {}，合约 {}"},
    ChineseText{"{} free, {} asked", "可用 {}，需要 {}"},
    ChineseText{"{} free deposit, {} bond", "可用押金 {}，保证金 {}"},
    ChineseText{"{}, and below height {}", "{0:t}，且在高度 {1} 以下"},
    ChineseText{"as the seller signed", "与卖方所签署的一致"},
    ChineseText{"it", "它"},
    ChineseText{"no", "否"},
};

}  // namespace

std::span<const ChineseText> chinese_values() noexcept { return kTexts; }

}  // namespace datapact::tools
